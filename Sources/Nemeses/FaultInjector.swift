package import Harness
package import Operations

/// Carries out the faults of a schedule on a system: resolves the target, does it, proves it, and
/// reports each stage as an event.
///
/// A fault that the system cannot do, or that fails, is reported as `failed`; one whose probe does
/// not show the effect as `unproved`. Neither stops the run: what it was to exercise is then not
/// exercised.
package struct FaultInjector: Sendable {
  /// How often a probe is repeated.
  static let probeInterval = Duration.milliseconds(100)

  private let system: any System
  private let queues: [QueuePlan]
  let evidenceWithin: Duration
  let report: @Sendable (Event) -> Void

  /// An injector for `system` that looks for evidence for at most `evidenceWithin`.
  package init(
    system: any System, queues: [QueuePlan], evidenceWithin: Duration,
    report: @escaping @Sendable (Event) -> Void
  ) {
    self.system = system
    self.queues = queues
    self.evidenceWithin = evidenceWithin
    self.report = report
  }

  /// Runs the schedule from now on; returns when its last fault is done, or soon after the task is
  /// cancelled. A `start` goes on beside the steps that follow it.
  package func run(_ schedule: FaultSchedule) async {
    let clock = ContinuousClock()
    let began = clock.now
    var resolved: [FaultID: [NodeID]] = [:]
    await withDiscardingTaskGroup { group in
      for step in schedule.steps {
        do { try await clock.sleep(until: began + step.at, tolerance: .milliseconds(1)) } catch {
          return
        }
        let nodes = await resolve(step.fault.target, earlier: resolved)
        resolved[step.id] = nodes
        if case .start = step.fault {
          group.addTask { await begin(step, on: nodes)?() }
        } else if let proof = await begin(step, on: nodes) {
          group.addTask { await proof() }
        }
      }
    }
  }

  /// Does one fault and returns how to prove it, or nil if it failed; the proof reports by itself.
  func begin(_ step: FaultStep, on nodes: [NodeID]) async -> (@Sendable () async -> Void)? {
    let log = StageLog(step: step, nodes: nodes, report: report)
    if nodes.isEmpty, step.fault.target != nil {
      log.reached(.failed, "the target could not be resolved: no node answered who leads the queue")
      return nil
    }
    log.reached(.began, "")
    do {
      let proof = try await act(step.fault, on: nodes)
      return {
        let (proved, evidence) = await proof()
        log.reached(proved ? .proved : .unproved, evidence)
      }
    } catch {
      log.reached(.failed, error.description)
      return nil
    }
  }

  private func resolve(_ target: FaultTarget?, earlier: [FaultID: [NodeID]]) async -> [NodeID] {
    switch target {
    case nil: []
    case .node(let node): [node]
    case .sameAs(let fault): earlier[fault] ?? []
    case .leader(let kind): await leader(of: kind).map { [$0] } ?? []
    }
  }

  func capability<Capability>(_ what: String) throws(SystemFailure) -> Capability {
    guard let capable = system as? Capability else {
      throw SystemFailure(.unavailable, "this system does not support \(what)")
    }
    return capable
  }

  private func leader(of kind: QueueKind) async -> NodeID? {
    guard let inspected = system as? any QueueInspection,
      let queue = queues.first(where: { $0.kind == kind })
    else { return nil }
    for node in system.nodes {
      if let state = try? await inspected.queueStates([queue.name], on: node).first,
        let leader = state.leader
      {
        return leader
      }
    }
    return nil
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
