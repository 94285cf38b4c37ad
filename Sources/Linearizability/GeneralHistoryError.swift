/// Why a history cannot be judged: where the file is broken, or what no such thing does.
package struct GeneralHistoryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What can be wrong.
  package enum Problem: Hashable, Sendable {
    /// There is nothing but white space in it.
    case empty
    /// It begins as none of the formats does.
    case unknownFormat
    /// It is JSON.
    case json
    /// The text is not what its format allows, or the file ends too early.
    case syntax(String)
    /// A process ends what it has not invoked.
    case endWithoutInvoke(process: Int64, function: String)
    /// A process invokes something while its last call is open.
    case invokeWhileOpen(process: Int64)
    /// A process does something after a result in doubt has retired it.
    case retired(process: Int64)
    /// Something is done to the thing that its model does not know.
    case unknownFunction(String, model: ModelName)
    /// A function has a value that it cannot have.
    case unfitValue(String, function: String)
    /// A call ends with other arguments than it was invoked with.
    case otherArguments(process: Int64, function: String)
    /// There are too few operations to be judged.
    case tooFew(operations: Int)
    /// No operation returned, so that anything would be right.
    case nothingReturned
    /// There is more of it than can be numbered.
    case tooLong
    /// The file has more bytes than so many.
    case tooLarge(bytes: Int)
    /// The time was over before all of it was read.
    case outOfTime
  }

  /// The line, from 1.
  package var line: Int
  /// What is wrong.
  package var problem: Problem

  /// An error.
  package init(line: Int, _ problem: Problem) {
    self.line = line
    self.problem = problem
  }

  /// The line and what is wrong, for people.
  package var description: String { "line \(line): \(problem.text)" }
}

extension GeneralHistoryError.Problem {
  /// What is wrong, for people.
  fileprivate var text: String {
    switch self {
    case .empty: "the file is empty"
    case .unknownFormat:
      "this is neither a history of Jepsen's in EDN, nor a log of jepsen.util, nor lines of maps "
        + "with a :key"
    case .json:
      "this is JSON; a history of a queue in JSONL is for the other checkers, without general"
    case .syntax(let problem): problem
    case .endWithoutInvoke(let process, let function):
      "process \(process) ends :\(Self.cut(function)) and has not invoked it"
    case .invokeWhileOpen(let process):
      "process \(process) invokes something before it has ended what it invoked last"
    case .retired(let process): "process \(process) goes on after an :info, which retires it"
    case .unknownFunction(let function, let model):
      ":\(Self.cut(function)) is not done to a \(model.rawValue), which knows \(model.functionList)"
    case .unfitValue(let value, let function):
      ":\(Self.cut(function)) cannot have the value \(Self.cut(value))"
    case .otherArguments(let process, let function):
      "process \(process) ends :\(Self.cut(function)) with other arguments than it was invoked with"
    case .tooFew(let operations):
      "the history ends here and has \(operations == 1 ? "one operation" : "no operation"); "
        + "there have to be two for an order"
    case .nothingReturned:
      "the history ends here and no operation has returned, so that anything would be right"
    case .tooLong: "the history has more operations than can be numbered"
    case .tooLarge(let bytes): "the file has more than \(bytes >> 20) MiB"
    case .outOfTime: "the time was over when it was read up to here"
    }
  }

  /// What a file says, as much of it as belongs into a message.
  private static func cut(_ text: String) -> String {
    text.utf8.count > 200 ? "\(text.prefix(160))…" : text
  }
}
