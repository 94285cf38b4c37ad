import Environment
package import Harness
package import Operations

/// Carries out the faults of a schedule on a system: waits for the trigger, resolves the target,
/// does it, proves it, and reports each stage as an event. Steps do not wait for each other, so
/// that faults may overlap.
///
/// A fault that the system cannot do, or that fails, is reported as `failed`; one whose probe does
/// not show the effect as `unproved`. Neither stops the run: what it was to exercise is then not
/// exercised.
package struct FaultInjector: Sendable {
  /// How often a probe is repeated.
  static let probeInterval = Duration.milliseconds(100)

  let system: any System
  let queues: [QueuePlan]
  let seed: UInt64
  let evidenceWithin: Duration
  let board = FaultBoard()
  let report: @Sendable (Event) -> Void
  private let occasions: Occasions?

  /// An injector for `system` that looks for evidence for at most `evidenceWithin`. Without
  /// `occasions` a step that waits for one never happens.
  package init(
    system: any System, queues: [QueuePlan], seed: UInt64, evidenceWithin: Duration,
    occasions: Occasions? = nil, report: @escaping @Sendable (Event) -> Void
  ) {
    self.system = system
    self.queues = queues
    self.seed = seed
    self.evidenceWithin = evidenceWithin
    self.occasions = occasions
    self.report = report
  }

  /// Runs the schedule from now on; returns when its last fault is done, or soon after the task is
  /// cancelled.
  package func run(_ schedule: FaultSchedule) async {
    let began = ContinuousClock.now
    await withDiscardingTaskGroup { group in
      for step in schedule.steps {
        group.addTask {
          guard let late = await wait(for: step, from: began) else { return }
          if late.isEmpty {
            await carryOut(step)
          } else {
            StageLog(step: step, nodes: [], report: report).reached(.failed, late)
            board.resolve(step.id, [])
          }
        }
      }
    }
  }

  /// Does one fault, proves it, and reports its stages.
  package func carryOut(_ step: FaultStep) async {
    let nodes = await resolve(step)
    board.resolve(step.id, nodes)
    let log = StageLog(step: step, nodes: nodes, report: report)
    if nodes.isEmpty, let target = step.fault.target {
      return log.reached(.failed, "the target (\(target.words)) could not be resolved")
    }
    log.reached(.began, "")
    do {
      let (proved, evidence) = try await act(step, on: nodes)()
      log.reached(proved ? .proved : .unproved, evidence)
    } catch {
      log.reached(.failed, error.description)
    }
  }

  /// Waits for the trigger of a step. Nil: the task was cancelled; empty: the time has come;
  /// otherwise why it never came.
  private func wait(for step: FaultStep, from began: ContinuousClock.Instant) async -> String? {
    do {
      switch step.trigger {
      case .at(let time):
        try await ContinuousClock().sleep(until: began + time, tolerance: .milliseconds(1))
      case .on(let occasion, let delay, let bound):
        guard let occasions, await occasions.await(step.id, until: began + bound) else {
          return Task.isCancelled ? nil : "\(occasion.words) did not happen within \(bound)"
        }
        try await Task.sleep(for: delay)
      }
      return ""
    } catch {
      return nil
    }
  }

  private func resolve(_ step: FaultStep) async -> [NodeID] {
    guard let target = step.fault.target else { return [] }
    let draws = TargetDraws(seed: seed, step: step.id)
    if let nodes = draws.resolve(target, among: system.nodes) { return nodes }
    switch target {
    case .sameAs(let earlier): return await board.target(of: earlier)
    case .leader(let kind): return await state(of: kind)?.leader.map { [$0] } ?? []
    case .mirror(let kind):
      let mirrors = await mirrors(of: kind)
      return Array(draws.shuffled(mirrors.sorted()).prefix(1))
    case .oldestMirror(let kind): return Array(await mirrors(of: kind).prefix(1))
    case .node, .random, .minority, .half, .all: return []
    }
  }

  /// The replicas that do not lead, oldest first.
  private func mirrors(of kind: QueueKind) async -> [NodeID] {
    guard let state = await state(of: kind) else { return [] }
    return state.replicas.map(\.node).filter { $0 != state.leader }
  }

  /// The first queue of a kind as the first node sees it that knows its leader.
  func state(of kind: QueueKind) async -> QueueState? {
    guard let inspected = system as? any QueueInspection,
      let queue = queues.first(where: { $0.kind == kind })
    else { return nil }
    for node in system.nodes {
      if let state = try? await inspected.queueStates([queue.name], on: node).first,
        state.leader != nil
      {
        return state
      }
    }
    return nil
  }

  func capability<Capability>(_ what: String) throws(SystemFailure) -> Capability {
    guard let capable = system as? Capability else {
      throw SystemFailure(.unavailable, "this system does not support \(what)")
    }
    return capable
  }
}

/// Reports the stages of one fault.
struct StageLog: Sendable {
  let step: FaultStep
  let nodes: [NodeID]
  let report: @Sendable (Event) -> Void

  func reached(_ stage: FaultStage, _ detail: String) {
    report(
      .fault(
        FaultEvent(
          fault: step.id, name: step.fault.name, stage: stage, nodes: nodes, detail: detail)))
  }
}
