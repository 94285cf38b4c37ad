import CanonicalJSON

/// What is wrong with a scenario: where, what was found and what was expected.
package struct ScenarioError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, as the user named it.
  package var file: String
  /// The line, counted from 1; nil where there is none to name.
  package var line: Int?
  /// The field, like `scenario.steps[3].target`; nil if the text as a whole is at fault.
  package var path: String?
  /// What was found and what was expected.
  package var problem: String

  init(file: String, line: Int?, path: String? = nil, problem: String) {
    self.file = file
    self.line = line
    self.path = path
    self.problem = problem
  }

  /// A field that is not what it should be.
  init(_ error: JSONError, in document: YAMLDocument) {
    switch error {
    case .field(let path, let found, let expected):
      self.init(
        file: document.file, line: document.line(of: path), path: path,
        problem: "found \(found), expected \(expected)")
    case .syntax(let line, _, let problem):
      self.init(file: document.file, line: line, problem: problem)
    }
  }

  /// One line for people: `file:12: scenario.steps[3].target: found …, expected …`.
  package var description: String {
    let place = line.map { "\(file):\($0)" } ?? file
    return [place, path, problem].compactMap(\.self).joined(separator: ": ")
  }
}
