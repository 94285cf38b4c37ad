import ArgumentParser
import Campaign
import CanonicalJSON
import Checkers
import Harness
import Judging
import Store

/// `stoat check`: judges recorded or imported histories again.
struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check stored runs, or histories on their own, again.",
    discussion: """
      Takes run directories (the plan says what is required) and history files: binary, JSONL or \
      Jepsen EDN, told apart by their content (the default requirements apply). Several are judged \
      at the same time and answered in their order. With --checker general the histories are those \
      of anything that has a model: Jepsen EDN, logs of jepsen.util, or lines of maps with a :key. \
      A truncated or foreign file is named with its block or line, and gives exit code 65. Of \
      several exit codes the worst counts: 70, for a file that cannot be written, before 65 and \
      64, before 1, before 2, before 0.
      """)

  @Argument(help: "Run directories, or histories: history.stoat, JSONL or Jepsen EDN.")
  var paths: [String]

  @Option(
    help: """
      Let only this checker judge, or only this guarantee: \
      \((CheckerSuite.choiceNames + [CheckJob.general]).joined(separator: ", ")).
      """)
  var checker: [String] = []

  @OptionGroup(title: "Options of --checker general") var general: GeneralArguments

  @Flag(
    help: """
      Print one line of JSON a history and checker; reasons go to standard error. Without \
      --checker only what is required counts for the exit code, as in the report of the run.
      """)
  var json = false

  @Flag(
    help: "Check what is readable of a truncated binary or JSONL history; it is never valid.")
  var partial = false

  @Flag(help: "Write the reports of run directories anew, with what is found now.")
  var update = false

  @Flag(
    help: """
      Print the least of the history that shows each violation, and draw it: on the terminal, and \
      as SVG, beside an excerpt that can be checked on its own, in PATH/explained of a run or in \
      PATH.explained of a file.
      """)
  var explain = false

  @Option(help: "How many histories are judged at the same time; the default is one a core.")
  var jobs: Int?

  func run() async throws {
    guard jobs.map({ (1...1024).contains($0) }) ?? true else {
      throw CommandFailure(ExitStatus.usage, "--jobs takes 1 to 1024")
    }
    guard !explain || !json else {
      throw CommandFailure(
        ExitStatus.usage, "--explain is for people and --json is for programs: take one of them")
    }
    let files = ParallelFiles(paths, jobs: jobs)
    let job = CheckJob(
      task: try task(atATime: files.atATime), json: json, partial: partial, updates: update,
      explains: explain, isOneOfMany: paths.count > 1)
    var status: Int32 = 0
    await files.forEach(job.answer) { answer in
      status = Self.worse(status, answer.give())
    }
    throw ExitCode(status)
  }

  private func task(atATime jobs: Int) throws -> CheckJob.Task {
    if checker.contains(CheckJob.general) {
      guard checker.count == 1 else {
        throw CommandFailure(
          ExitStatus.usage, "--checker general reads other histories than the other checkers do")
      }
      return .general(try general.check(atATime: jobs))
    }
    try general.requireAbsence()
    if checker.isEmpty { return json ? .answerAll : .report }
    do throws(UnknownChecker) {
      return .answer(try CheckerSuite.choices(named: checker))
    } catch {
      let names = CheckerSuite.choiceNames + [CheckJob.general]
      let hint = NearestName.suggestion(for: error.name, among: names)
      throw CommandFailure(ExitStatus.usage, error.description + hint)
    }
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
    } catch let error as NoRunError {
      throw CommandFailure(ExitStatus.usage, error.description)
    } catch let error as PlanError {
      throw CommandFailure(ExitStatus.corrupt, error.description)
    } catch let error as JSONError {
      throw CommandFailure(ExitStatus.corrupt, error.description)
    } catch let error as GeneralHistoryFailure {
      throw CommandFailure(ExitStatus.corrupt, error.description)
    } catch let error as StoreError {
      switch error {
      case .history, .journal: throw CommandFailure(ExitStatus.corrupt, error.description)
      case .system, .stalled: throw CommandFailure(ExitStatus.usage, error.description)
      }
    }
  }
}
