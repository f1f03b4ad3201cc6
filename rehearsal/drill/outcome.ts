/** Sends one request: undefined when the right that it is about was granted, else the refusal's words. */
export async function refusalOf(action: string, send: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await send();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const denied = /^(AccessDenied|UnauthorizedOperation)/.test(error.name);
    // What fails for another reason, or for want of another right, was let through as far as this right goes.
    return denied && error.message.includes(`perform: ${action} on`) ? error.message : undefined;
  }
}

/** Whether everything that a request needs was granted. */
export async function succeeds(send: () => Promise<unknown>): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return !/^(AccessDenied|UnauthorizedOperation)/.test(error.name);
  }
}
