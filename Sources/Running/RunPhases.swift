import Environment
import Harness
import Operations

/// Takes a run through its phases; every wait has a deadline of the plan.
struct RunPhases: Sendable {
  let executor: RunExecutor
  let pool: any ClientPool
  let occasions: Occasions
  private var plan: TestPlan { executor.plan }
  private var clock: any RunClock { executor.clock }

  init(executor: RunExecutor, pool: any ClientPool, occasions: Occasions) {
    self.executor = executor
    self.pool = pool
    self.occasions = occasions
  }

  /// Runs all phases and returns the warnings.
  func run() async throws -> [String] {
    try await withThrowingTaskGroup(of: [String]?.self) { group in
      group.addTask { try await phases() }
      group.addTask { try await monitor() }
      group.addTask { try await tellProgress() }
      group.addTask { try await watchHarness() }
      // Phases end with warnings, watchers with nil or not at all; whoever throws ends the run.
      while let ended = try await group.next() {
        guard let warnings = ended else { continue }
        group.cancelAll()
        return warnings
      }
      preconditionFailure("the phases end with warnings or throw")
    }
  }

  private func phases() async throws -> [String] {
    var warnings: [String] = []
    try await awaitSessions()
    try await pool.enter(.load)
    try await load()
    try await awaitAnswers()
    if let complaint = try await awaitHealth() { warnings.append(complaint) }
    try await pool.enter(.drain)
    try await drain()
    await readLogs()
    try await lookAtHarness()
    try await pool.enter(.done)
    try await pool.stop()
    return warnings
  }

  private func awaitSessions() async throws {
    let deadline = Deadline(after: plan.deadlines.open, from: clock.now())
    while true {
      let missing = try await pool.snapshot().withoutSession
      if missing.isEmpty { return }
      if deadline.hasPassed(at: clock.now()) {
        let names = missing.map { "\($0.role.rawValue) \($0.id) of \($0.node)" }
        throw SystemFailure(
          .timedOut,
          "\(missing.count) clients could not open a session within \(plan.deadlines.open): "
            + names.prefix(5).joined(separator: ", "))
      }
      try await clock.sleep(for: .milliseconds(20))
    }
  }

  /// Runs the schedule beside the clients; the phase lasts as long as the plan says, a fault that
  /// takes longer (the boot of a node) is waited for in the recovery.
  private func load() async throws {
    let pool = pool
    let injector = FaultInjector(
      system: executor.system, clock: clock, queues: plan.queues, seed: plan.seed,
      evidenceWithin: plan.cluster.netTick * 2, occasions: occasions,
      report: { pool.observe($0) })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await injector.run(plan.schedule) }
      try await clock.sleep(for: plan.load)
      try await pool.enter(.recovery)
      try await group.waitForAll()
    }
  }

  private func awaitAnswers() async throws {
    let deadline = Deadline(
      after: plan.deadlines.confirm + .seconds(1), from: clock.now())
    while try await pool.snapshot().unansweredPublishes > 0, !deadline.hasPassed(at: clock.now()) {
      try await clock.sleep(for: .milliseconds(20))
    }
  }

  /// Waits until the cluster is whole; a cluster that is not is a warning, the drain decides.
  ///
  /// A node that restarts by itself after a partition may hang for ever; once it has taken longer
  /// than a boot may, it is killed and started, which is recorded.
  private func awaitHealth() async throws -> String? {
    let deadline = Deadline(after: plan.deadlines.recovery, from: clock.now())
    var patience = Deadline(after: plan.cluster.bootDeadline, from: clock.now())
    while true {
      let health = await ClusterHealth.ask(executor.system)
      if health.complaints.isEmpty { return nil }
      if patience.hasPassed(at: clock.now()) {
        await cureHungNodes()
        patience = Deadline(after: plan.cluster.bootDeadline, from: clock.now())
      }
      if deadline.hasPassed(at: clock.now()) {
        return "the cluster did not recover within \(plan.deadlines.recovery): "
          + health.complaints.joined(separator: "; ")
      }
      try await clock.sleep(for: RunExecutor.pollInterval)
    }
  }

  /// Kills and starts the nodes that run and do not serve clients.
  private func cureHungNodes() async {
    guard let processes = executor.system as? any ProcessFaults else { return }
    let limit = plan.cluster.bootDeadline
    for node in plan.nodes where await processes.incarnation(of: node) != nil {
      if await processes.acceptsClients(node) { continue }
      let pool = pool
      let report = { @Sendable (detail: String) in
        pool.observe(.broker(BrokerEvent(kind: .bootRetried, node: node, detail: detail)))
      }
      report("it served no clients for \(limit) after the faults; it is killed and started")
      do throws(SystemFailure) {
        try await processes.kill(node)
        try await processes.launch(node)
        try await processes.awaitBoot(node, onRetry: report)
      } catch {
        report("it could not be started: \(error.description)")
      }
    }
  }

  /// Waits for the proof that all queues are empty, twice in a row, in a healthy cluster.
  private func drain() async throws {
    // Where nobody can ask what the queues hold, nothing is said about it.
    guard let inspected = executor.system as? any QueueInspection else {
      return try await awaitQuiet()
    }
    let deadline = Deadline(after: plan.deadlines.drain, from: clock.now())
    // What the look before found, if the cluster was well then.
    var last: Emptiness?
    while true {
      let health = await ClusterHealth.ask(executor.system)
      let emptiness = await Emptiness.ask(inspected, queues: plan.queueDescriptions)
      let isProved = health.complaints.isEmpty && emptiness.allProved
      if isProved, last?.allProved == true { return conclude(emptiness, before: last, health) }
      if deadline.hasPassed(at: clock.now()) {
        conclude(emptiness, before: last, health)
        return
      }
      last = health.complaints.isEmpty ? emptiness : nil
      try await clock.sleep(for: RunExecutor.pollInterval)
    }
  }

  /// Waits until consumers have received nothing for a while.
  private func awaitQuiet() async throws {
    let deadline = Deadline(after: plan.deadlines.drain, from: clock.now())
    var last = (delivered: -1, since: clock.now())
    while !deadline.hasPassed(at: clock.now()) {
      let delivered = try await pool.snapshot().progress.queues.reduce(0) { $0 + $1.delivered }
      if delivered != last.delivered { last = (delivered, clock.now()) }
      if clock.now() - last.since > Self.quiet { return }
      try await clock.sleep(for: RunExecutor.pollInterval)
    }
  }

  /// How long nothing arrives before a queue counts as quiet.
  private static let quiet = Duration.seconds(5)

  /// What two looks in a row found empty is proved so; of the rest the history says what stood in
  /// the way, and whether not everybody could be asked.
  private func conclude(_ emptiness: Emptiness, before: Emptiness?, _ health: ClusterHealth) {
    for queue in plan.queueDescriptions {
      pool.observe(.broker(emptiness.event(for: queue.id, health, before: before)))
    }
  }

  /// Puts what the nodes' logs say about trouble into the history.
  private func readLogs() async {
    guard let system = executor.system as? any LogFiles else { return }
    for node in plan.nodes {
      guard let lines = await system.logLines(of: node, limit: Self.loggedLines) else { continue }
      for record in [.read] + lines.map({ LogRecord.matched($0) }) {
        pool.observe(.broker(BrokerEvent(kind: .logged, node: node, evidence: .log(record))))
      }
    }
  }

  /// The most lines of a pattern and node that are kept.
  private static let loggedLines = 50

  private func monitor() async throws -> [String]? {
    guard let inspected = executor.system as? any QueueInspection else { return nil }
    var monitor = ClusterMonitor(system: inspected, queues: plan.queueDescriptions)
    while true {
      for event in await monitor.poll() { pool.observe(event) }
      try await clock.sleep(for: RunExecutor.monitorInterval)
    }
  }

  private func tellProgress() async throws -> [String]? {
    while true {
      executor.watch(.snapshot(try await pool.snapshot()))
      try await clock.sleep(for: .milliseconds(500))
    }
  }

  private func watchHarness() async throws -> [String]? {
    while true {
      try await clock.sleep(for: RunExecutor.watchInterval)
      try await lookAtHarness()
    }
  }

  /// Records how late the harness itself was so far, and how busy its machine is.
  private func lookAtHarness() async throws {
    var seen = await executor.machine()
    seen.loopLag = try await pool.snapshot().largestLag
    seen.relayLag = try? await (executor.system as? any LinkWatch)?.worstLinkLag()
    pool.observe(.watched(seen))
  }
}
