import CanonicalJSON
import Harness
import Operations

/// Why an expectation cannot be read; the text says which term, what is wrong and what is possible.
package struct ExpectationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// For people.
  package var description: String
}

extension Expectation {
  /// The expectation that `text` writes.
  package init(parsing text: String) throws(ExpectationError) {
    terms = []
    for word in text.split(whereSeparator: \.isWhitespace) {
      terms.append(try ExpectationTerm(parsing: String(word)))
    }
    if terms.isEmpty {
      throw ExpectationError(
        description: "the expectation is empty; write for example \"mirrored:lost>0 quorum:valid\"")
    }
  }
}

extension ExpectationTerm {
  private static let subjects: [(name: String, subject: Subject)] =
    QueueKind.allCases.map { ($0.rawValue, .kind($0)) } + [("run", .run), ("control", .control)]
  private static let measures =
    MeasureCatalogue.all.map(\.name) + ["recovery-heal-1", "recovery-start-3"]
  private static let verdicts = Verdict.allCases.map(\.rawValue)

  /// The term that `text` writes.
  init(parsing text: String) throws(ExpectationError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw Self.error(
        text, "a term needs a ':', as in \"mirrored:lost>0\" or \"quorum:valid\"")
    }
    let name = String(parts[0])
    guard let subject = Self.subjects.first(where: { $0.name == name })?.subject else {
      throw Self.error(
        text, Self.unknown("subject", name, among: Self.subjects.map(\.name)))
    }
    self.text = text
    self.subject = subject
    demand = try Self.demand(String(parts[1]), of: subject, in: text)
  }

  private static func demand(
    _ claim: String, of subject: Subject, in text: String
  ) throws(ExpectationError) -> Demand {
    if let verdict = Verdict(rawValue: claim) { return .verdict(verdict) }
    guard case .kind = subject else {
      throw error(text, unknown("verdict", claim, among: verdicts))
    }
    let isSign: (Character) -> Bool = { "<>=!".contains($0) }
    guard let sign = claim.firstIndex(where: isSign) else {
      if MeasureCatalogue.measure(MeasureKey(claim)) != nil {
        throw error(text, "say what \"\(claim)\" should be, as in \"\(claim)>0\"")
      }
      throw error(text, unknown("verdict or measure", claim, among: verdicts + measures))
    }
    let name = String(claim[..<sign])
    let rest = claim[sign...]
    let symbol = String(rest.prefix(while: isSign))
    guard let measure = MeasureCatalogue.measure(MeasureKey(name)) else {
      throw error(text, unknown("measure", name, among: measures))
    }
    guard let relation = Relation(rawValue: symbol) else {
      let known = Relation.allCases.map(\.rawValue).joined(separator: " ")
      throw error(text, "\"\(symbol)\" is not a comparison; there are \(known)")
    }
    let value = String(rest.dropFirst(symbol.count))
    return .measure(measure.key, relation, try number(value, of: measure, in: text))
  }

  /// A whole number; for a time with its unit, in nanoseconds.
  private static func number(
    _ value: String, of measure: ReportedMeasure, in text: String
  ) throws(ExpectationError) -> Int64 {
    let digits = value.prefix { $0 == "-" || ("0"..."9").contains($0) }
    let unit = String(value.dropFirst(digits.count))
    guard let number = Int64(digits) else {
      throw error(
        text, "\"\(value)\" is not a whole number, nor a time such as \"500ms\" or \"5s\"")
    }
    switch measure.unit {
    case .count:
      if unit.isEmpty { return number }
      throw error(text, "\(measure.name) is a count; write it without \"\(unit)\"")
    case .time:
      let factors: [String: Int64] = ["ns": 1, "ms": 1_000_000, "s": 1_000_000_000]
      guard let factor = factors[unit] else {
        throw error(
          text, "\(measure.name) is a time; write it with ns, ms or s, as in \"500ms\" or \"5s\"")
      }
      let (nanoseconds, overflow) = number.multipliedReportingOverflow(by: factor)
      if overflow { throw error(text, "\"\(value)\" is longer than 292 years") }
      return nanoseconds
    }
  }

  private static func unknown(_ what: String, _ name: String, among names: [String]) -> String {
    "there is no \(what) \"\(name)\"" + NearestName.suggestion(for: name, among: names)
      + "; known: " + names.joined(separator: ", ")
  }

  private static func error(_ term: String, _ problem: String) -> ExpectationError {
    ExpectationError(description: "in the expected \"\(term)\": \(problem)")
  }
}
