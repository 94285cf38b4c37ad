package import Harness

/// What somebody asks for by one name: all that a checker judges, or one guarantee.
package struct CheckerChoice: Sendable {
  /// The name that was asked for.
  package var name: String
  /// Who judges it.
  package var checkers: [any Checker.Type]
  /// What of that counts.
  package var guarantees: [Guarantee]
}

extension CheckerSuite {
  /// Every checker, by its own name.
  package static var choices: [CheckerChoice] {
    all.map { CheckerChoice(name: $0.name, checkers: [$0], guarantees: $0.guarantees) }
  }

  /// The names that can be asked for.
  package static var choiceNames: [String] { names + Guarantee.allCases.map(\.rawValue) }

  /// What these names ask for, each once and in their order; throws the first one that is no
  /// checker's and no guarantee's. A checker and a guarantee of the same name are the checker.
  package static func choices(named names: [String]) throws(UnknownChecker) -> [CheckerChoice] {
    var choices: [CheckerChoice] = []
    for name in names where !choices.contains(where: { $0.name == name }) {
      if let checker = Self.choices.first(where: { $0.name == name }) {
        choices.append(checker)
      } else if let guarantee = Guarantee(rawValue: name) {
        choices.append(
          CheckerChoice(
            name: name, checkers: all.filter { $0.guarantees.contains(guarantee) },
            guarantees: [guarantee]))
      } else {
        throw UnknownChecker(name: name)
      }
    }
    return choices
  }
}

/// A name that no checker and no guarantee has.
package struct UnknownChecker: Error, Hashable, Sendable, CustomStringConvertible {
  /// The name.
  package var name: String

  /// An error about a name.
  package init(name: String) {
    self.name = name
  }

  /// For people: what was asked for and what there is.
  package var description: String {
    "there is no checker and no guarantee `\(name)`; checkers: "
      + CheckerSuite.names.joined(separator: ", ") + "; guarantees: "
      + Guarantee.allCases.map(\.rawValue).joined(separator: ", ")
  }
}
