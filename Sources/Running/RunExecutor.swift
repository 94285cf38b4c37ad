package import Environment
package import Harness
package import Operations
import Workloads

/// Runs one plan on a system that is up: declaration, phases, clients, faults, monitor, drain.
///
/// It knows neither the system nor the clients nor the time but by what it is given, so that the
/// same code runs on a real cluster and on a simulated one.
package struct RunExecutor: Sendable {
  /// How often the cluster is asked while the run waits for it.
  static let pollInterval = Duration.milliseconds(250)
  /// How often the cluster is watched during the run.
  static let monitorInterval = Duration.seconds(1)
  /// How often the harness looks at itself.
  static let watchInterval = Duration.seconds(5)

  let plan: TestPlan
  let system: any System
  let clock: any RunClock
  let makePool: MakePool
  let machine: MachineWatch
  let watch: @Sendable (RunSignal) -> Void

  /// Makes the pool of the run's clients; every event of the history has to go to `sink`.
  package typealias MakePool =
    @Sendable (
      [ClientPlan], [QueueDescription], _ sink: @escaping @Sendable (TimedEvent) -> Void
    ) -> any ClientPool

  /// What the machine of the controller is at: stolen time and load, as far as they are known.
  package typealias MachineWatch = @Sendable () async -> HarnessWatch

  /// An executor; `watch` is told what happens, from any thread, for progress lines.
  package init(
    plan: TestPlan, system: any System, clock: any RunClock, makePool: @escaping MakePool,
    machine: @escaping MachineWatch = { HarnessWatch() },
    watch: @escaping @Sendable (RunSignal) -> Void
  ) {
    self.plan = plan
    self.system = system
    self.clock = clock
    self.makePool = makePool
    self.machine = machine
    self.watch = watch
  }

  /// The header of the run's history.
  package func header(origin: Int64, clients: [ClientPlan], system: String) -> HistoryHeader {
    HistoryHeader(
      name: plan.name, seed: plan.seed, system: system, originUnixNanoseconds: origin,
      nodes: plan.nodes, queues: plan.queueDescriptions, clients: clients.map(\.description))
  }

  /// The clients of the plan's workload; throws if the plan names a workload that is not there.
  package func clients() throws(SystemFailure) -> [ClientPlan] {
    guard let type = WorkloadCatalogue.named(plan.workload.name) else {
      throw SystemFailure(.failed, "the plan's workload \(plan.workload.name) does not exist")
    }
    return type.init(seed: plan.seed, parameters: plan.workload.settings)
      .clients(nodes: plan.nodes, queues: plan.queueDescriptions)
  }

  /// Runs the plan and records it. What goes wrong without making the run worthless is returned as
  /// warnings.
  package func run(
    clients: [ClientPlan], recorder: RunRecorder
  ) async throws -> RunOutcome {
    let watch = watch
    let occasions = Occasions(plan.schedule, queues: plan.queueDescriptions)
    let pool = makePool(clients, plan.queueDescriptions) { event in
      recorder.record(event)
      occasions.observe(event.event)
      switch event.event {
      case .fault, .broker, .phase: watch(.event(event))
      default: break
      }
    }
    try await declare(through: pool)
    try await pool.enter(.setup)
    try await pool.start()
    let phases = RunPhases(executor: self, pool: pool, occasions: occasions)
    let warnings: [String]
    do {
      warnings = try await phases.run()
    } catch {
      try? await pool.stop()
      throw error
    }
    let lag = try await pool.snapshot().largestLag
    return RunOutcome(warnings: warnings, largestLag: lag)
  }

  private func declare(through pool: any ClientPool) async throws {
    try await system.prepare(plan.queues)
    // A system's own default may be another number of members.
    let queues = plan.queues.map { queue in
      var queue = queue
      queue.groupSize = queue.replicas(among: plan.cluster.nodes)
      return queue
    }
    try await pool.declare(queues, on: plan.leader, within: plan.deadlines.open)
    try await awaitReplicas()
  }

  /// Waits until every queue has all its replicas and is led by the planned node.
  private func awaitReplicas() async throws {
    guard let inspected = system as? any QueueInspection else { return }
    let deadline = Deadline(after: plan.deadlines.open, from: clock.now())
    var trouble = ""
    while !deadline.hasPassed(at: clock.now()) {
      do throws(SystemFailure) {
        let states = try await inspected.queueStates(plan.queues.map(\.name), on: plan.leader)
        trouble = placementTrouble(states)
        if trouble.isEmpty { return }
      } catch {
        trouble = error.description
      }
      try await clock.sleep(for: Self.pollInterval)
    }
    throw SystemFailure(
      .timedOut, "the queues were declared on \(plan.leader) but are not ready: \(trouble)")
  }

  private func placementTrouble(_ states: [QueueState]) -> String {
    for queue in plan.queues {
      guard let state = states.first(where: { $0.name == queue.name }) else {
        return "\(queue.name) is unknown"
      }
      guard state.leader == plan.leader else {
        return "\(queue.name) is led by \(state.leader?.description ?? "nobody")"
      }
      let wanted = queue.replicas(among: plan.cluster.nodes)
      let ready = state.replicas.count { $0.online && $0.synchronised }
      if ready < wanted { return "\(queue.name) has \(ready) of \(wanted) replicas ready" }
    }
    return ""
  }
}

extension QueuePlan {
  /// How many replicas the queue has in a whole cluster of `nodes`.
  func replicas(among nodes: Int) -> Int {
    switch kind {
    case .plain: 1
    case .mirrored: mirroring.replicas == 0 ? nodes : min(nodes, mirroring.replicas)
    case .quorum: groupSize == 0 ? nodes : min(nodes, groupSize)
    }
  }
}

/// What a run tells while it goes on.
package enum RunSignal: Sendable {
  /// An event of the history that is about a fault, the broker or a phase.
  case event(TimedEvent)
  /// Counters, about twice a second.
  case snapshot(Snapshot)
}

/// How a run ended.
package struct RunOutcome: Hashable, Sendable {
  /// What went wrong without making the run worthless, for people.
  package var warnings: [String]
  /// By how much the event loop was late at worst.
  package var largestLag: Duration
}
