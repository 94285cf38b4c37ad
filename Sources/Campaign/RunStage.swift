import Clients
import Environment
import Harness
import Hosts
import Judging
import NIOCore
import Operations
import Running
import Sessions
import Store
import Systems

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
    let connect = connect(
      to: system, clock: clock, nonce: UInt64(bitPattern: origin) ^ plan.seed)
    let machine = machine
    let figures = machine.figures()
    let executor = RunExecutor(
      plan: plan, system: system, clock: clock,
      makePool: { clients, queues, sink in
        ClientHost(
          loop: loop, clock: clock, clients: clients, queues: queues, connect: connect, sink: sink)
      },
      machine: { SelfWatch.machine(since: figures, now: machine.figures()) }, watch: watch)
    let clients = try executor.clients()
    let header = executor.header(
      origin: origin, clients: clients, system: "\(description.name) \(description.version)")
    let recorder = RunRecorder(try HistorySink(path: directory.history, header: header))
    let outcome: RunOutcome
    do {
      outcome = try await executor.run(clients: clients, recorder: recorder)
    } catch {
      _ = await close(recorder)
      throw error
    }
    let ending = await close(recorder)
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

  /// Waits for the disk on a thread that may.
  private func close(_ recorder: RunRecorder) async -> RunRecorder.Ending {
    await onOwnThread { recorder.close() }
  }

  private func connect(
    to system: any Harness.System, clock: MonotonicClock, nonce: UInt64
  ) -> ClientHost.Connect {
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

/// The history of a run as a file.
private struct HistorySink: EventSink {
  private let writer: HistoryWriter

  init(path: String, header: HistoryHeader) throws(StoreError) {
    writer = try HistoryWriter(path: path, header: header)
  }

  func record(_ event: TimedEvent) { writer.record(event) }

  func close() -> String? {
    do throws(StoreError) {
      try writer.close()
      return nil
    } catch {
      return error.description
    }
  }
}
