package import CanonicalJSON
import Checkers
package import Harness
package import Linearizability

/// What the general checker says of one history, as a line for programs.
///
///     {"file":"a.log","checker":"general","model":"cas-register","verdict":"invalid",
///      "counts":{"operations":170,"in-doubt":3,"parts":1},
///      "witness":{"text":"…","key":null,"verified":true,"operations":[{"process":3,"text":"read",
///      "invoked":12,"returned":20,"result":"4","unplaced":true},…]}}
///
/// Members come in this order; the operations are those of the smallest window, with the lines of
/// the file on which they begin and end.
package struct GeneralLine: Hashable, Sendable {
  /// The file, as it was given.
  package var file: String
  /// What came of the check.
  package var outcome: GeneralOutcome

  /// A line about a file.
  package init(file: String, outcome: GeneralOutcome) {
    self.file = file
    self.outcome = outcome
  }

  /// Valid, invalid or unknown.
  package var verdict: Verdict {
    switch outcome.verdict {
    case .linearizable: .valid
    case .notLinearizable: .invalid
    case .unknown: .unknown
    }
  }

  /// Why the verdict is not valid; nil if it is.
  package var reason: String? {
    switch outcome.verdict {
    case .linearizable: nil
    case .notLinearizable(let example): example.unplaced
    case .unknown(let reason): reason.text
    }
  }

  /// The counterexample, if there is one.
  package var counterexample: CounterexampleReport? {
    if case .notLinearizable(let example) = outcome.verdict { example } else { nil }
  }

  /// The line as JSON.
  package var json: JSONValue {
    [
      "file": .string(file),
      "checker": "general",
      "model": .string(outcome.model.rawValue),
      "verdict": .string(verdict.rawValue),
      "counts": [
        "operations": .integer(Int64(outcome.operations)),
        "in-doubt": .integer(Int64(outcome.inDoubt)),
        "parts": .integer(Int64(outcome.parts)),
      ],
      "witness": counterexample.map(\.json) ?? .null,
    ]
  }

  /// The line for people: the verdict, the figures, the reason.
  package var plainText: String {
    let parts = outcome.parts > 1 ? ", \(Readable.count(outcome.parts)) keys judged one by one" : ""
    let lines = [
      Readable.printable("\(file): general, \(outcome.model.rawValue): \(verdict.rawValue)"),
      "\(Readable.count(outcome.operations)) operations, \(Readable.count(outcome.inDoubt)) of "
        + "them in doubt\(parts)",
    ]
    return (lines + (reason.map { [$0] } ?? [])).joined(separator: "\n  ")
  }
}

extension CounterexampleReport {
  fileprivate var json: JSONValue {
    [
      "text": .string(unplaced),
      "key": part.map { .string($0) } ?? .null,
      "verified": .bool(isVerified),
      "operations": .array(
        rows.map { row in
          [
            "process": .integer(row.process),
            "text": .string(row.operation),
            "invoked": .integer(Int64(row.invoked)),
            "returned": row.returned.map { .integer(Int64($0)) } ?? .null,
            "result": .string(row.result),
            "unplaced": .bool(row.isUnplaced),
          ]
        }),
    ]
  }
}
