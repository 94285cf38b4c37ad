import Clients
import Hosts
import Environment
import Harness
import Judging
import NIOCore
import Operations
import Report
import Running
import Sessions
import Store

/// One run of a comparison: a plan and where its files go.
struct RunStage: Sendable {
  var plan: TestPlan
  var directory: RunDirectory
  var machine: LocalHost
  var client = ClientKind.stoat

  /// Runs the plan on a system that is up, and records.
  func execute(
    on system: any Harness.System, loop: any EventLoop,
    watch: @escaping @Sendable (RunSignal) -> Void
  ) async throws -> FinishedStage {
    let clock = MonotonicClock()
    let origin = WallClock.unixNanoseconds()
    var description = await system.describe()
    description.settings.append(Setting("client", client.description))
    let executor = RunExecutor(
      plan: plan, system: system, loop: loop, clock: clock,
      connect: connect(to: system, clock: clock, nonce: UInt64(bitPattern: origin) ^ plan.seed),
      watch: watch)
    let clients = try executor.clients()
    let header = executor.header(
      origin: origin, clients: clients, system: "\(description.name) \(description.version)")
    let recorder = try RunRecorder(path: directory.history, header: header, loop: loop)
    let figures = machine.figures()
    let outcome: RunOutcome
    do {
      outcome = try await executor.run(clients: clients) { recorder.record($0) }
    } catch {
      _ = try await recorder.close()
      throw error
    }
    let ending = try await recorder.close()
    let watch = await SelfWatch(
      loopLag: outcome.largestLag, system: system, before: figures, after: machine.figures())
    var warnings = outcome.warnings.map { RunWarning(.other, $0) }
    warnings += (ending.trouble.map { [RunWarning(.historyWrite, $0)] } ?? [])
    do throws(StoreError) {
      let records = RunRecords(directory: directory)
      try records.write(description, watch: watch)
      try records.write(ending.faults)
    } catch {
      warnings.append(RunWarning(.historyWrite, error.description))
    }
    return FinishedStage(
      stage: self, description: description, watch: watch, warnings: warnings)
  }

  private func connect(
    to system: any Harness.System, clock: MonotonicClock, nonce: UInt64
  ) -> RunExecutor.Connect {
    let deadlines = plan.deadlines
    let (guest, client) = (system.guest, client)
    return { node, name, loop, report in
      let session = client.session(
        loop: loop, endpoint: system.endpoint(of: node), clock: clock,
        settings: SessionSettings(
          name: name, credentials: system.credentials, deadlines: deadlines,
          body: MessageBody(nonce: nonce)),
        report: report)
      return guest.map { GuestSession(session, as: $0) } ?? session
    }
  }
}

/// A run that came to its end, before its history was checked.
struct FinishedStage: Sendable {
  var stage: RunStage
  var description: SystemDescription
  var watch: SelfWatch
  var warnings: [RunWarning]
}
