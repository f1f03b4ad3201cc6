/**
 * Options of whatever holds keys, data or evidence: the engine refuses to delete or replace it (`protect`), and even where somebody
 * takes it out of the state it stays in the account (`retainOnDelete`). Both are set on each resource itself, because neither is
 * proof against editing the state; the services' own deletion protection stands behind them.
 */
export const longLived = { protect: true, retainOnDelete: true } as const;

/** Days that KMS and Secrets Manager keep what somebody asked them to delete: the longest that both offer. */
export const recoveryDays = 30;
