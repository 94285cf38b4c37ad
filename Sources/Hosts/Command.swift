/// A short command: it gets some input, and its output is wanted.
package struct Command: Sendable {
  /// The program's path.
  package var executable: String
  /// The arguments without the program's name.
  package var arguments: [String]
  /// The whole environment; nothing is inherited.
  package var environment: [String: String]
  /// Where it runs; nil for where this program runs.
  package var workingDirectory: String?
  /// What it reads on its standard input, which is then closed.
  package var input: [UInt8]
  /// The most bytes of each output that are kept; the rest is read and dropped.
  package var outputLimit: Int

  /// A command.
  package init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
    workingDirectory: String? = nil, input: String = "", outputLimit: Int = 1 << 22
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.input = Array(input.utf8)
    self.outputLimit = outputLimit
  }
}

/// What came of a command.
package struct CommandResult: Hashable, Sendable {
  /// How it ended.
  package enum Ending: Hashable, Sendable, CustomStringConvertible {
    /// By itself, with this status.
    case exited(Int32)
    /// By this signal.
    case signalled(Int32)
    /// It was killed because its time was up.
    case timedOut

    /// For people: `exit status 1`.
    package var description: String {
      switch self {
      case .exited(let status): "exit status \(status)"
      case .signalled(let signal): "killed by signal \(signal)"
      case .timedOut: "no answer in time"
      }
    }
  }

  /// How it ended.
  package var ending: Ending
  /// What it wrote to its standard output, as UTF-8.
  package var output: String
  /// What it wrote to its standard error, as UTF-8.
  package var errors: String

  /// What came of a command.
  package init(ending: Ending, output: String, errors: String) {
    self.ending = ending
    self.output = output
    self.errors = errors
  }

  /// Whether it ended by itself with status 0.
  package var succeeded: Bool { ending == .exited(0) }
}
