import CanonicalJSON
import Environment
package import Harness

/// The workload of a scenario by its name, with parameters as they are written.
package struct WorkloadChoice: Hashable, Sendable {
  /// The name of the workload.
  package var name: String
  /// The parameters that differ from its defaults.
  package var settings: [ParameterChoice]
  /// The line of the name.
  var line: Int?
}

/// A parameter of a workload as a person writes it: `window` = `50`, `hold-ns` = `80000000`,
/// `hold` = `80ms`.
package struct ParameterChoice: Hashable, Sendable {
  /// The name; that of a time may leave out the unit at its end.
  package var name: String
  /// The value: a whole number, or a time for a parameter in nanoseconds.
  package var text: String
  /// The line on which it stands.
  var line: Int?

  /// A parameter and its value.
  package init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }

  /// The setting of `workload` that is meant; the error suggests the nearest name.
  package func entry(
    of workload: any Workload.Type
  ) throws(ParameterError) -> WorkloadSettings.Entry {
    let parameters = workload.parameters
    let names = [name, name + Self.timeEnding]
    guard
      let parameter = names.lazy.compactMap({ name in parameters.first { $0.name == name } }).first
    else {
      let known = parameters.map(\.name)
      throw ParameterError(
        "there is no parameter of the workload \(workload.name) \(JSONValue.string(name).text())"
          + "\(NearestName.suggestion(for: name, among: known)); known: "
          + known.joined(separator: ", "))
    }
    let value = try self.value(of: parameter)
    guard parameter.range.contains(value) else {
      throw ParameterError(
        "\(parameter.name) takes \(parameter.range.lowerBound) to \(parameter.range.upperBound), "
          + "not \(value)")
    }
    return WorkloadSettings.Entry(parameter.name, value)
  }

  private static let timeEnding = "-ns"

  private func value(of parameter: WorkloadParameter) throws(ParameterError) -> Int64 {
    let isTime = parameter.name.hasSuffix(Self.timeEnding)
    if isTime, let time = Duration(written: text) { return time.nanoseconds }
    // A number without a unit needs the name that has it.
    if parameter.name == name, let number = Int64(text) { return number }
    let found = JSONValue.string(text).text()
    throw ParameterError(
      isTime
        ? "\(name) takes a time such as 80ms, not \(found)"
        : "\(name) takes a whole number, not \(found)")
  }
}

/// Why a parameter of a workload cannot be what was written.
package struct ParameterError: Error, Hashable, Sendable, CustomStringConvertible {
  /// For people.
  package var description: String

  init(_ description: String) {
    self.description = description
  }
}

extension Scenario {
  /// The workload and the settings that differ from its defaults, found among `known`; nil if the
  /// scenario leaves the workload open.
  package func workload(
    among known: [any Workload.Type]
  ) throws(ScenarioError) -> (type: any Workload.Type, settings: [WorkloadSettings.Entry])? {
    guard let workload else { return nil }
    let path = "scenario.workload"
    guard let type = known.first(where: { $0.name == workload.name }) else {
      let names = known.map { $0.name }
      throw ScenarioError(
        file: file, line: workload.line, path: "\(path).name",
        problem: "found \(JSONValue.string(workload.name).text()), expected one of "
          + names.joined(separator: ", ") + NearestName.suggestion(for: workload.name, among: names)
      )
    }
    var entries: [WorkloadSettings.Entry] = []
    for choice in workload.settings {
      func failure(_ problem: String) -> ScenarioError {
        ScenarioError(
          file: file, line: choice.line, path: "\(path).set.\(choice.name)", problem: problem)
      }
      do throws(ParameterError) {
        let entry = try choice.entry(of: type)
        if entries.contains(where: { $0.name == entry.name }) {
          throw ParameterError("\(entry.name) is set a second time")
        }
        entries.append(entry)
      } catch {
        throw failure(error.description)
      }
    }
    return (type, entries)
  }
}
