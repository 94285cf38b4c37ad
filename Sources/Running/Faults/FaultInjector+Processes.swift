import Environment
import Harness
import Operations

extension FaultInjector {
  func kill(_ nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let processes: any ProcessFaults = try capability("killing processes")
    let before = await incarnations(of: nodes, processes)
    for node in nodes { try await processes.kill(node) }
    return { await lookForDeath(of: nodes, before, processes) }
  }

  func shutDown(_ nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let processes: any ProcessFaults = try capability("stopping processes")
    let before = await incarnations(of: nodes, processes)
    for node in nodes { try await processes.shutDown(node) }
    return { await lookForDeath(of: nodes, before, processes) }
  }

  func killHosts(_ nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let hosts: any HostFaults = try capability("taking hosts off the network")
    let before = await incarnations(of: nodes, hosts)
    for node in nodes { try await hosts.killHost(node) }
    return {
      var seen = await lookForDeath(of: nodes, before, hosts)
      var silent: [NodeID] = []
      for node in nodes {
        let isSilent = try? await hosts.isSilent(node)
        if isSilent == true { silent.append(node) }
        if let isSilent {
          seen.evidence?.figures.append(FaultFigure(.silent, isSilent ? 1 : 0, of: node))
        }
      }
      seen.isProved = seen.isProved && silent == nodes
      seen.words += "; silent on every link: \(silent)"
      return seen
    }
  }

  func start(_ nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let processes: any ProcessFaults = try capability("starting processes")
    let before = await incarnations(of: nodes, processes)
    for node in nodes { try await processes.launch(node) }
    try await awaitBoot(of: nodes, processes)
    return { await lookForLife(of: nodes, instead: before, processes) }
  }

  func restart(_ nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let processes: any ProcessFaults = try capability("restarting processes")
    let before = await incarnations(of: nodes, processes)
    for node in nodes { try await processes.shutDown(node) }
    for node in nodes { try await processes.launch(node) }
    try await awaitBoot(of: nodes, processes)
    return { await lookForLife(of: nodes, instead: before, processes) }
  }

  func suspend(_ nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let processes: any ProcessFaults = try capability("pausing processes")
    let before = await states(of: nodes, processes)
    for node in nodes { try await processes.suspend(node) }
    return { await look(at: nodes, before, suspended: true, processes) }
  }

  func resume(_ nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let processes: any ProcessFaults = try capability("pausing processes")
    let before = await states(of: nodes, processes)
    for node in nodes { try await processes.resume(node) }
    return { await look(at: nodes, before, suspended: false, processes) }
  }

  /// Whether each process stands still; nil for one that does not run.
  private func states(of nodes: [NodeID], _ processes: any ProcessFaults) async -> [Bool?] {
    var states: [Bool?] = []
    for node in nodes { states.append(await processes.isSuspended(node)) }
    return states
  }

  private func awaitBoot(
    of nodes: [NodeID], _ processes: any ProcessFaults
  ) async throws(SystemFailure) {
    let retries = RetryReports(report: report)
    for node in nodes {
      try await processes.awaitBoot(node) { detail in retries.add(node, detail) }
    }
  }

  private func incarnations(of nodes: [NodeID], _ processes: any ProcessFaults) async
    -> [NodeIncarnation?]
  {
    var found: [NodeIncarnation?] = []
    for node in nodes { found.append(await processes.incarnation(of: node)) }
    return found
  }

  /// Whether the nodes, whose processes were these before, are dead now.
  private func lookForDeath(
    of nodes: [NodeID], _ before: [NodeIncarnation?], _ processes: any ProcessFaults
  ) async -> Sighting {
    await repeatUntilEvidence {
      var isProved = true
      var seen: [String] = []
      var evidence = FaultEvidence()
      for (node, before) in zip(nodes, before) {
        let now = await processes.incarnation(of: node)
        let serves = await processes.acceptsClients(node)
        evidence.add(node, before, now, serves)
        isProved = isProved && before != nil && now == nil && !serves
        seen.append(
          "\(node): \(Self.text(before)) before, \(Self.text(now)) after, client port "
            + (serves ? "open" : "closed"))
      }
      return Sighting(isProved, seen.joined(separator: "; "), evidence)
    }
  }

  private func lookForLife(
    of nodes: [NodeID], instead before: [NodeIncarnation?], _ processes: any ProcessFaults
  ) async -> Sighting {
    var isProved = true
    var seen: [String] = []
    var evidence = FaultEvidence()
    for (node, before) in zip(nodes, before) {
      let now = await processes.incarnation(of: node)
      let serves = await processes.acceptsClients(node)
      evidence.add(node, before, now, serves)
      isProved = isProved && now != nil && now != before && serves
      let replaced = before.map { " after \($0)" } ?? ""
      seen.append(
        "\(node): \(Self.text(now))\(replaced), client port \(serves ? "open" : "closed")")
    }
    return Sighting(isProved, seen.joined(separator: "; "), evidence)
  }

  private func look(
    at nodes: [NodeID], _ before: [Bool?], suspended wanted: Bool, _ processes: any ProcessFaults
  ) async -> Sighting {
    await repeatUntilEvidence {
      let now = await states(of: nodes, processes)
      let seen = nodes.indices.map { place in
        "\(nodes[place]): the process \(Self.text(now[place])), "
          + "before it \(Self.text(before[place]))"
      }
      let isProved = nodes.indices.allSatisfy { now[$0] == wanted && before[$0] == !wanted }
      let figures = nodes.indices.flatMap { place in
        [(FaultFigure.Name.suspendedBefore, before[place]), (.suspended, now[place])]
          .compactMap { name, isSuspended in
            isSuspended.map { FaultFigure(name, $0 ? 1 : 0, of: nodes[place]) }
          }
      }
      return Sighting(isProved, seen.joined(separator: "; "), FaultEvidence(figures: figures))
    }
  }

  private static func text(_ isSuspended: Bool?) -> String {
    isSuspended.map { $0 ? "stood still" : "ran" } ?? "was not there"
  }

  private static func text(_ incarnation: NodeIncarnation?) -> String {
    incarnation?.description ?? "no process"
  }
}

/// Turns the boot retries of a node into events.
struct RetryReports: Sendable {
  let report: @Sendable (Event) -> Void

  func add(_ node: NodeID, _ detail: String) {
    report(.broker(BrokerEvent(kind: .bootRetried, node: node, detail: detail)))
  }
}

extension FaultEvidence {
  /// Adds what was seen of a node's process.
  fileprivate mutating func add(
    _ node: NodeID, _ before: NodeIncarnation?, _ now: NodeIncarnation?, _ serves: Bool
  ) {
    incarnations.append(
      IncarnationChange(node: node, before: before?.description, after: now?.description))
    figures.append(FaultFigure(.portOpen, serves ? 1 : 0, of: node))
  }
}
