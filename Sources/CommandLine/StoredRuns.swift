import ArgumentParser
import Campaign
import CanonicalJSON
import Checkers
import Harness
import Report
import Store

/// `stoat check`: judges recorded or imported histories again.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check stored runs, or histories on their own, again.",
    discussion: """
      Takes run directories (the plan says what is required) and history files: binary, JSONL or \
      Jepsen EDN, told apart by their content (the default requirements apply). A truncated or \
      foreign file is named with its block or line, and gives exit code 65. Of several exit codes \
      the worst counts: 65 and 64 before 1 before 2 before 0.
      """)

  @Argument(help: "Run directories, or histories: history.stoat, JSONL or Jepsen EDN.")
  var paths: [String]

  @Option(
    help: """
      Let only this checker judge, or only this guarantee: \
      \(CheckerSuite.choiceNames.joined(separator: ", ")).
      """)
  var checker: [String] = []

  @Flag(help: "Print one line of JSON a history and checker; reasons go to standard error.")
  var json = false

  @Flag(help: "Check what is readable of a truncated history; it is never valid.")
  var partial = false

  @Flag(help: "Write the reports of run directories anew, with what is found now.")
  var update = false

  func run() throws {
    let choices = try chosen()
    var status: Int32 = 0
    for path in paths {
      do {
        let verdict = try choices.isEmpty ? report(path) : answer(path, choices)
        status = Self.worse(status, verdict.exitCode)
      } catch let failure as CommandFailure {
        Terminal.complain(failure.message)
        status = Self.worse(status, failure.status)
      }
    }
    throw ExitCode(status)
  }

  private func chosen() throws -> [CheckerChoice] {
    if checker.isEmpty { return json ? CheckerSuite.choices : [] }
    do throws(UnknownChecker) {
      return try CheckerSuite.choices(named: checker)
    } catch {
      let hint = NearestName.suggestion(for: error.name, among: CheckerSuite.choiceNames)
      throw CommandFailure(ExitStatus.usage, error.description + hint)
    }
  }

  /// Prints the report for people.
  private func report(_ path: String) throws -> Verdict {
    let result = try Self.checked {
      guard Paths.isDirectory(path) else { return try RunCheck.ofHistory(path) }
      guard update else { return try RunCheck.ofDirectory(path) }
      return try RunCheck.ofDirectory(path, updating: ReportAgain.read(path))
    }
    let warnings = [result.control, result.run].compactMap(\.self).flatMap(\.warnings)
    try refuse(warnings.first { $0.kind == .truncated }?.text)
    let style = TerminalStyle(colour: Terminal.hasColour, width: Terminal.width)
    Terminal.say(TerminalReport(result, style: style).text)
    if update, Paths.isDirectory(path), let trouble = ResultFiles(result).write().trouble {
      throw CommandFailure(ExitStatus.failure, trouble)
    }
    return result.verdict
  }

  /// Prints what each checker says.
  private func answer(_ path: String, _ choices: [CheckerChoice]) throws -> Verdict {
    let (lines, truncation) = try Self.checked {
      let isDirectory = Paths.isDirectory(path)
      let check = try isDirectory ? HistoryCheck(ofDirectory: path) : HistoryCheck(ofHistory: path)
      return try check.lines(of: choices)
    }
    try refuse(truncation)
    for line in lines {
      Terminal.say(json ? line.json.text() : line.plainText)
      guard json else { continue }
      for reason in line.reasons { Terminal.complain("\(path): \(line.checker): \(reason)") }
    }
    return lines.map(\.verdict).max() ?? .unknown
  }

  private func refuse(_ truncation: String?) throws {
    guard let truncation, !partial else { return }
    throw CommandFailure(ExitStatus.corrupt, "\(truncation) (--partial checks what is readable)")
  }

  /// The exit code that counts of two.
  private static func worse(_ first: Int32, _ second: Int32) -> Int32 {
    let order = [0, ExitStatus.unknown, 1, ExitStatus.usage, ExitStatus.corrupt]
    let rank = { (status: Int32) in order.firstIndex(of: status) ?? order.count }
    return rank(second) > rank(first) ? second : first
  }

  /// Turns errors of files into exit codes.
  static func checked<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as PlanError {
      throw CommandFailure(ExitStatus.corrupt, error.description)
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
