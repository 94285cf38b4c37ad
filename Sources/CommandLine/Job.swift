import Campaign
import CanonicalJSON
import Environment
import Glibc
import Harness
import Judging
import Report
import Store

/// A comparison as the command line runs it: progress, interrupts, report, exit code.
struct Job {
  var plan: TestPlan
  var control: TestPlan?
  var reproduce: String
  var system: SystemArguments
  var output: OutputArguments
  /// What the plan's scenario expects of RabbitMQ, if there is one.
  var scenarioExpectation: String?

  func run() async throws {
    let expectation = try output.expectation(ofScenario: scenarioExpectation)
    var chosen = Comparison(
      plan: plan, control: control, base: Paths.absolute(output.runsDirectory),
      reproduce: reproduce, machine: ThisMachine.host,
      makeSystem: try system.factory())
    chosen.client = try system.clientKind()
    let comparison = chosen
    let desk = ProgressDesk(plan: plan, isQuiet: output.quiet)
    var result: CompareResult
    do {
      result = try await Self.interruptible(desk) {
        try await comparison.run(tell: { desk.hear($0) })
      }
    } catch let failure as ComparisonFailure {
      desk.finish()
      throw CommandFailure(Self.status(of: failure.cause), failure.description)
    }
    desk.finish()
    let (files, trouble) = ResultFiles(result).write()
    if let trouble { result.run.warnings.append(RunWarning(.historyWrite, trouble)) }
    let style = TerminalStyle(colour: Terminal.hasColour, width: Terminal.width)
    Terminal.say(TerminalReport(result, style: style, files: files).text)
    try conclude(result, expectation)
  }

  /// Runs `body`; on Ctrl-C ends what the run started and then the program.
  private static func interruptible(
    _ desk: ProgressDesk, _ body: @escaping @Sendable () async throws -> CompareResult
  ) async throws -> CompareResult {
    try await withThrowingTaskGroup(of: CompareResult?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        var interrupts = InterruptWatch.interrupts().makeAsyncIterator()
        guard await interrupts.next() != nil, !Task.isCancelled else { return nil }
        await desk.interrupt()
        Glibc.exit(ExitStatus.interrupted)
      }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if let result { return result }
      }
      throw CommandFailure(ExitStatus.failure, "the run ended without a result")
    }
  }

  private static func status(of cause: any Error) -> Int32 {
    guard let failure = cause as? SystemFailure else {
      return cause is StoreError ? ExitStatus.unknown : ExitStatus.failure
    }
    switch failure.kind {
    case .unavailable: return ExitStatus.unavailable
    case .addressInUse: return ExitStatus.usage
    case .timedOut, .failed: return ExitStatus.failure
    }
  }

  private func conclude(_ result: CompareResult, _ expectation: Expectation?) throws {
    guard let expectation else { Glibc.exit(result.verdict.exitCode) }
    let outcomes = expectation.outcomes(for: result)
    for outcome in outcomes { Terminal.say(outcome.line) }
    Glibc.exit(outcomes.allSatisfy(\.isMet) ? 0 : 1)
  }
}
