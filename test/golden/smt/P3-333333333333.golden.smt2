; P3:333333333333: is there a principal outside the account whom one of its policies names?
; unsat: there is none, whoever calls and whatever they choose. sat: there is, or what is unknown decides it.
(set-logic QF_SLIA)
(declare-const |caller's kind| String)
(declare-const |caller's account| String)
(declare-const |caller's name| String)
(declare-const |caller's session name| String)
(declare-const |caller's service| String)
(assert (or (= |caller's kind| "role") (= |caller's kind| "user") (= |caller's kind| "root") (= |caller's kind| "service")))
(assert (= (= |caller's kind| "service") (= |caller's account| "")))
(assert (=> (= |caller's kind| "root") (= |caller's name| "")))
(assert (and (and (not (= |caller's kind| "service")) (not (= |caller's account| "333333333333"))) (not (or (and (= |caller's account| "333333333333") (and (= |caller's kind| "role") (= |caller's name| "verifier-2"))) (and (= |caller's account| "111111111111") (and (= |caller's kind| "role") (= |caller's name| "node-2"))))) (and (and (not (= |caller's kind| "service")) (= |caller's account| "111111111111")) (and (not (= |caller's kind| "service")) (and (not (= |caller's kind| "service")) (and (= |caller's account| "111111111111") (and (= |caller's kind| "role") (= |caller's name| "node-2"))))))))
(check-sat)
