import ArgumentParser
import Campaign
import CanonicalJSON
import Harness
import Operations
import Report
import Store

/// `stoat check`: judges a recorded or imported history again.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a stored run, or a history on its own, again.",
    discussion: """
      Takes a run directory (its plan says what is required) or a history file, binary or JSONL \
      (the default requirements apply). A truncated or foreign file is named with its block or \
      line, and gives exit code 65.
      """)

  @Argument(help: "A run directory, a history.stoat or a JSONL history.")
  var path: String

  @Flag(help: "Check what is readable of a truncated history; it is never valid.")
  var partial = false

  func run() throws {
    let result: CompareResult
    if Paths.isDirectory(path) {
      result = try Self.checked { try RunCheck.ofDirectory(path) }
    } else {
      result = try Self.checked { try RunCheck.ofHistory(path) }
    }
    let warnings = [result.control, result.run].compactMap(\.self).flatMap(\.warnings)
    if let torn = warnings.first(where: { $0.kind == .truncated }), !partial {
      throw CommandFailure(
        ExitStatus.corrupt, "\(torn.text) (--partial checks what is readable)")
    }
    let style = TerminalStyle(colour: Terminal.hasColour, width: Terminal.width)
    Terminal.say(TerminalReport(result, style: style).text)
    throw ExitCode(result.verdict.exitCode)
  }

  /// Turns errors of files into exit codes.
  static func checked<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as JSONError {
      throw CommandFailure(ExitStatus.corrupt, error.description)
    } catch let error as StoreError {
      switch error {
      case .history, .journal: throw CommandFailure(ExitStatus.corrupt, error.description)
      case .system, .stalled: throw CommandFailure(ExitStatus.usage, error.description)
      }
    }
  }
}

/// `stoat export`: writes a history as JSONL.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a history as JSONL, one event a line; stoat check reads it again.")

  @Argument(help: "A run directory or a history file.")
  var path: String

  @Argument(help: "The file to write; it must not exist.")
  var output: String

  func run() throws {
    let file = Paths.isDirectory(path) ? RunDirectory(existing: path).history : path
    let ending = try Check.checked {
      try HistoryFile.export(HistoryFile.open(file), toLines: output)
    }
    if !ending.isComplete {
      Terminal.complain("\(file) is not whole: \(ending)")
    }
  }
}
