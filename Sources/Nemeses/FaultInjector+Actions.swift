import Harness
import Operations

extension FaultInjector {
  /// Looks for the effect of a fault: whether it was seen, and what was seen.
  typealias Proof = @Sendable () async -> (Bool, String)

  /// Does a fault and returns the way to prove it.
  func act(_ fault: Fault, on nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    switch fault {
    case .isolate:
      let links: any LinkFaults = try capability("cutting links")
      try await links.isolate(nodes)
      return { await probe(links, around: [nodes], "stalled", until: Self.isCut) }
    case .heal:
      let links: any LinkFaults = try capability("cutting links")
      try await links.healLinks()
      let sides = links.nodes.map { [$0] }
      return { await probe(links, around: sides, "open", until: Self.isOpen) }
    case .kill:
      return try await kill(nodes)
    case .start:
      return try await start(nodes)
    }
  }

  /// Every link stalls, nothing passed, and something waits: the cut hit live traffic.
  private static func isCut(_ probe: LinkProbe) -> Bool {
    probe.links > 0 && probe.stalled == probe.links && probe.passedBytes == 0
      && probe.heldBytes > 0
  }

  /// No link stalls, and bytes pass again.
  private static func isOpen(_ probe: LinkProbe) -> Bool {
    probe.links > 0 && probe.stalled == 0 && probe.passedBytes > 0
  }

  private func probe(
    _ links: any LinkFaults, around sides: [[NodeID]], _ wanted: String,
    until seen: @Sendable (LinkProbe) -> Bool
  ) async -> (Bool, String) {
    var answer = "the links were never asked"
    let proved = await repeatUntilEvidence {
      do throws(SystemFailure) {
        var probe = LinkProbe(links: 0, stalled: 0, heldBytes: 0, passedBytes: 0)
        for side in sides { probe.add(try await links.probeLinks(around: side)) }
        answer =
          "\(probe.stalled) of \(probe.links) directed links stalled, "
          + "\(probe.heldBytes) bytes held, \(probe.passedBytes) bytes passed since "
          + "(wanted: \(wanted))"
        return seen(probe)
      } catch {
        answer = error.description
        return false
      }
    }
    return (proved, answer)
  }

  private func kill(_ nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let processes: any ProcessFaults = try capability("killing processes")
    var before: [Int32?] = []
    for node in nodes {
      before.append(await processes.processID(of: node))
      try await processes.kill(node)
    }
    let victims = before
    return {
      var seen = ""
      let proved = await repeatUntilEvidence {
        let looks = await look(at: zip(nodes, victims).map { ($0, $1) }, processes)
        seen = looks.map(\.text).joined(separator: "; ")
        return looks.allSatisfy(\.isDead)
      }
      return (proved, seen)
    }
  }

  /// Whether the nodes, whose processes were these before, are dead now.
  private func look(
    at victims: [(node: NodeID, before: Int32?)], _ processes: any ProcessFaults
  ) async -> [(isDead: Bool, text: String)] {
    var looks: [(isDead: Bool, text: String)] = []
    for (node, before) in victims {
      let now = await processes.processID(of: node)
      let serves = await processes.acceptsClients(node)
      looks.append(
        (
          before != nil && now == nil && !serves,
          "\(node): process \(Self.text(before)) before, \(Self.text(now)) after, client port "
            + (serves ? "open" : "closed")
        ))
    }
    return looks
  }

  private func start(_ nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let processes: any ProcessFaults = try capability("starting processes")
    let retries = RetryReports(report: report)
    for node in nodes { try await processes.launch(node) }
    for node in nodes {
      try await processes.awaitBoot(node) { detail in retries.add(node, detail) }
    }
    return {
      var seen: [String] = []
      var proved = true
      for node in nodes {
        let pid = await processes.processID(of: node)
        let serves = await processes.acceptsClients(node)
        proved = proved && pid != nil && serves
        seen.append("\(node): process \(Self.text(pid)), client port \(serves ? "open" : "closed")")
      }
      return (proved, seen.joined(separator: "; "))
    }
  }

  private func repeatUntilEvidence(_ look: () async -> Bool) async -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now + evidenceWithin
    while true {
      if await look() { return true }
      if clock.now >= deadline || Task.isCancelled { return false }
      try? await clock.sleep(for: Self.probeInterval)
    }
  }

  private static func text(_ pid: Int32?) -> String { pid.map(String.init) ?? "none" }
}

/// Turns the boot retries of a node into events.
struct RetryReports: Sendable {
  let report: @Sendable (Event) -> Void

  func add(_ node: NodeID, _ detail: String) {
    report(.broker(BrokerEvent(kind: .bootRetried, node: node, detail: detail)))
  }
}

extension LinkProbe {
  /// Adds what was seen around another set of nodes; a link between two sets counts twice.
  fileprivate mutating func add(_ other: LinkProbe) {
    links += other.links
    stalled += other.stalled
    heldBytes += other.heldBytes
    passedBytes += other.passedBytes
  }
}
