import Campaign
import Environment
import Harness
import Operations
import Report
import Running
import Synchronization

/// Hears what happens during a comparison, from any thread, and shows it as progress.
final class ProgressDesk: Sendable {
  private struct State {
    var writer: ProgressWriter
    var system: (any Harness.System)?
    var plan: TestPlan
    var phase = Phase.setup
    var active: [FaultID: ActiveFault] = [:]
    var down: [NodeID] = []
  }
  private let state: Mutex<State>
  private let isQuiet: Bool

  init(plan: TestPlan, isQuiet: Bool) {
    self.isQuiet = isQuiet
    state = Mutex(State(writer: Self.writer(plan.name, isQuiet), plan: plan))
  }

  private static func writer(_ title: String, _ isQuiet: Bool) -> ProgressWriter {
    let line = ProgressLine(
      title: title, isTerminal: Terminal.isInteractive, width: Terminal.width)
    return ProgressWriter(line) { text in
      if !isQuiet { Terminal.tell(text) }
    }
  }

  /// Takes a signal.
  func hear(_ signal: ComparisonSignal) {
    state.withLock { state in
      switch signal {
      case .directory(let path): state.writer.message("the run's files: \(path)")
      case .system(let system): state.system = system
      case .boot: state.writer.message("booting \(state.plan.cluster.nodes) nodes")
      case .teardown: state.writer.message("taking the cluster down")
      case .check: state.writer.message("checking the histories")
      case .run(let plan): Self.begin(plan, &state, isQuiet)
      case .signal(let signal): Self.hear(signal, &state)
      }
    }
  }

  /// Ends the progress line.
  func finish() {
    state.withLock { $0.writer.finish() }
  }

  /// Takes down what the run started, as far as it has come.
  func interrupt() async {
    let system = state.withLock { state in
      state.writer.message("interrupted: taking everything down; a report needs a whole run")
      return state.system
    }
    for left in await system?.stop() ?? [] { Terminal.complain("still there: \(left)") }
    finish()
  }

  private static func begin(_ plan: TestPlan, _ state: inout State, _ isQuiet: Bool) {
    state.writer.finish()
    state.plan = plan
    state.phase = .setup
    state.active = [:]
    state.writer = writer(plan.name, isQuiet)
  }

  private static func hear(_ signal: RunSignal, _ state: inout State) {
    switch signal {
    case .snapshot(let snapshot): state.writer.tick(tick(snapshot, state))
    case .event(let event):
      switch event.event {
      case .phase(let phase): state.phase = phase
      case .fault(let fault): note(fault, &state)
      case .broker(let broker): note(broker, &state)
      default: break
      }
    }
  }

  private static func tick(_ snapshot: Snapshot, _ state: State) -> ProgressTick {
    let counts = zip(state.plan.queues, snapshot.progress.queues)
    return ProgressTick(
      phase: snapshot.phase, elapsed: snapshot.now - .zero,
      operations: snapshot.progress.queues.reduce(0) { $0 + $1.confirmed + $1.delivered },
      confirmed: counts.map { ConfirmedCount($0.kind, $1.confirmed) },
      activeFaults: state.active.sorted { $0.key < $1.key }.map(\.value.text),
      nodesDown: state.down)
  }

  private static func note(_ fault: FaultEvent, _ state: inout State) {
    let active = ActiveFault(fault)
    switch fault.stage {
    case .began: state.active[fault.fault] = active
    case .proved, .unproved, .failed:
      state.active = state.active.filter { !active.ends($0.value) }
      if active.kind?.lasts != true || fault.stage == .failed { state.active[fault.fault] = nil }
    }
    if fault.stage == .failed || fault.stage == .unproved {
      state.writer.message("\(active.text) was not exercised: \(fault.detail)")
    }
  }

  private static func note(_ broker: BrokerEvent, _ state: inout State) {
    switch broker.kind {
    case .nodeDown: if let node = broker.node { state.down.append(node) }
    case .nodeUp: state.down.removeAll { $0 == broker.node }
    case .bootRetried:
      state.writer.message("\(broker.node.map(\.description) ?? ""): \(broker.detail)")
    case .leader, .drained, .undrained, .healed, .partitioned, .unsynchronised, .synchronised,
      .logged, .nodeState:
      break
    }
  }
}

/// A fault that is being done, or in force.
private struct ActiveFault {
  let kind: FaultKind?
  let nodes: [NodeID]
  let text: String

  init(_ fault: FaultEvent) {
    kind = FaultKind(rawValue: fault.name)
    nodes = fault.nodes
    text = fault.name + fault.nodes.map { " \($0)" }.joined()
  }

  /// Whether this one, done, ends the other: a heal ends link faults, a start what befell nodes.
  func ends(_ other: ActiveFault) -> Bool {
    guard let kind, other.kind?.endedBy == kind else { return false }
    return kind == .heal || nodes.contains { other.nodes.contains($0) }
  }
}
