import Environment
package import Harness
package import Operations

/// What somebody knows about the outcome of a run beforehand: `--expect`.
///
///     let expectation = try Expectation(parsing: "mirrored:lost>0 quorum:valid")
///     let isMet = expectation.outcomes(for: result).allSatisfy(\.isMet)
///
/// Terms are separated by spaces; all have to be met:
/// - `KIND:MEASURE OP VALUE` without spaces inside, where KIND is a kind of queue, OP one of `>`
///   `>=` `<` `<=` `=` `!=`, and VALUE a whole number, with a unit (`ns`, `ms`, `s`) for times;
/// - `KIND:VERDICT`, `run:VERDICT` or `control:VERDICT`, with `valid`, `invalid` or `unknown`.
///
/// Several queues of a kind count together: counts are added, the longest time and the worst
/// verdict count.
package struct Expectation: Hashable, Sendable {
  /// The terms; at least one.
  package var terms: [ExpectationTerm]

  /// How each term fared, in order.
  package func outcomes(for result: CompareResult) -> [ExpectationOutcome] {
    terms.map { $0.outcome(for: result) }
  }
}

/// One condition of an expectation.
package struct ExpectationTerm: Hashable, Sendable {
  /// What a term is about.
  package enum Subject: Hashable, Sendable {
    /// The queues of a kind, in the run with faults.
    case kind(QueueKind)
    /// The run with faults.
    case run
    /// The control run.
    case control
  }

  /// What a term demands.
  package enum Demand: Hashable, Sendable {
    /// This verdict.
    case verdict(Verdict)
    /// A measure that stands in this relation to a value: a count, or nanoseconds.
    case measure(MeasureKey, Relation, Int64)
  }

  /// A comparison.
  package enum Relation: String, Hashable, Sendable, CaseIterable {
    /// Greater.
    case more = ">"
    /// Greater or equal.
    case atLeast = ">="
    /// Less.
    case less = "<"
    /// Less or equal.
    case atMost = "<="
    /// Equal.
    case equal = "="
    /// Different.
    case different = "!="

    /// Whether `a` stands in the relation to `b`.
    package func holds(_ a: Int64, _ b: Int64) -> Bool {
      switch self {
      case .more: a > b
      case .atLeast: a >= b
      case .less: a < b
      case .atMost: a <= b
      case .equal: a == b
      case .different: a != b
      }
    }
  }

  /// The term as it was written.
  package var text: String
  /// What it is about.
  package var subject: Subject
  /// What it demands.
  package var demand: Demand
}

/// How one term of an expectation fared.
package struct ExpectationOutcome: Hashable, Sendable {
  /// The term as it was written.
  package var term: String
  /// Whether it was met; what is missing does not meet anything.
  package var isMet: Bool
  /// What was found instead or indeed, for people.
  package var actual: String

  /// One line for people.
  package var line: String {
    "\(isMet ? "met" : "NOT met"): \(term) (\(actual))"
  }
}

extension ExpectationTerm {
  /// How the term fares with a result.
  func outcome(for result: CompareResult) -> ExpectationOutcome {
    switch (subject, demand) {
    case (.run, .verdict(let wanted)): compare(result.run.verdict, wanted)
    case (.control, .verdict(let wanted)):
      if let control = result.control {
        compare(control.verdict, wanted)
      } else {
        missing("there was no control run")
      }
    case (.kind(let kind), _): outcome(for: result.run, kind: kind)
    case (.run, .measure), (.control, .measure): missing("only kinds of queue have measures")
    }
  }

  private func outcome(for run: RunResult, kind: QueueKind) -> ExpectationOutcome {
    guard let worst = run.queues(of: kind).map(\.verdict).max() else {
      return missing("the run had no \(kind.rawValue) queue")
    }
    switch demand {
    case .verdict(let wanted): return compare(worst, wanted)
    case .measure(let key, let relation, let wanted):
      let figure = run.figure(key, of: kind)
      switch figure {
      case .count(let count):
        return compare(Int64(count), Readable.figure(figure), relation, wanted)
      case .duration(let duration):
        return compare(duration.nanoseconds, Readable.figure(figure), relation, wanted)
      case .absent(let reason): return missing("no \(key): \(reason)")
      case nil: return missing("\(key) was not measured")
      }
    }
  }

  private func compare(_ verdict: Verdict, _ wanted: Verdict) -> ExpectationOutcome {
    ExpectationOutcome(term: text, isMet: verdict == wanted, actual: verdict.rawValue)
  }

  private func compare(
    _ actual: Int64, _ words: String, _ relation: Relation, _ wanted: Int64
  ) -> ExpectationOutcome {
    ExpectationOutcome(term: text, isMet: relation.holds(actual, wanted), actual: words)
  }

  private func missing(_ reason: String) -> ExpectationOutcome {
    ExpectationOutcome(term: text, isMet: false, actual: reason)
  }
}
