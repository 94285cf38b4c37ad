/// Why a Jepsen history cannot be read.
package struct JepsenError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What can be wrong.
  package enum Problem: Hashable, Sendable {
    /// The text is no EDN, or no history.
    case syntax(String)
    /// Two operations have this `:index`.
    case duplicateIndex(Int64)
    /// `:time` is smaller than that of the operation before it.
    case timeGoesBack(Int64, after: Int64)
    /// A process ends what it has not begun.
    case endWithoutInvoke(JepsenType, function: String, process: Int64)
    /// A process begins something while it has something else open.
    case invokeWhileOpen(process: Int64)
    /// A process does something after an `:info` has retired it.
    case retired(process: Int64)
    /// What is put into a queue is nothing that can be told from the rest.
    case enqueuedValue(String)
    /// The same value is put into a queue twice.
    case enqueuedTwice(String)
    /// A drain ends with something else than a collection.
    case drained(String)
    /// It is a history of something else than a queue.
    case notOfQueue(function: String)
    /// There is more of it than a history can hold.
    case tooLong
  }
  /// The line on which the operation begins, or the place of a syntax error, from 1.
  ///
  /// For operations that no file holds it is their place in the order in which they were given.
  package var line: Int
  /// The byte in the line, from 1; nil where the whole operation is meant.
  package var column: Int?
  /// What is wrong.
  package var problem: Problem

  /// An error.
  package init(line: Int, column: Int? = nil, _ problem: Problem) {
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// The error for people.
  package var description: String { "line \(line): \(text)" }

  /// The error without its line.
  package var text: String {
    (column.map { "column \($0): " } ?? "") + problem.text
  }
}

extension JepsenError.Problem {
  fileprivate var text: String {
    switch self {
    case .syntax(let problem): problem
    case .duplicateIndex(let index): "another operation has the :index \(index) too"
    case .timeGoesBack(let time, let last):
      "the :time \(time) is earlier than \(last), that of the operation before it"
    case .endWithoutInvoke(let type, let function, let process):
      "process \(process) ends :\(function) with :\(type.name) and has not invoked it"
    case .invokeWhileOpen(let process):
      "process \(process) invokes something before it has ended what it invoked last"
    case .retired(let process): "process \(process) goes on after an :info, which retires it"
    case .enqueuedValue(let value):
      "\(value) is enqueued; a value has to be a whole number, a string or a keyword"
    case .enqueuedTwice(let value):
      "\(value) is enqueued a second time; values have to differ, so that each can be followed"
    case .drained(let value): "a :drain ends with \(value), which is no collection of values"
    case .notOfQueue(let function):
      ":\(function) is not done to a queue; queues know :enqueue, :dequeue and :drain (--checker "
        + "general judges other things)"
    case .tooLong: "the history has more operations than can be numbered"
    }
  }
}
