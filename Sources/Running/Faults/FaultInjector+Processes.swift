import Environment
import Harness
import Operations

extension FaultInjector {
  func kill(_ nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let processes: any ProcessFaults = try capability("killing processes")
    let before = await processIDs(of: nodes, processes)
    for node in nodes { try await processes.kill(node) }
    return { await lookForDeath(of: nodes, before, processes) }
  }

  func shutDown(_ nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let processes: any ProcessFaults = try capability("stopping processes")
    let before = await processIDs(of: nodes, processes)
    for node in nodes { try await processes.shutDown(node) }
    return { await lookForDeath(of: nodes, before, processes) }
  }

  func killHosts(_ nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let hosts: any HostFaults = try capability("taking hosts off the network")
    let before = await processIDs(of: nodes, hosts)
    for node in nodes { try await hosts.killHost(node) }
    return {
      let (isDead, seen) = await lookForDeath(of: nodes, before, hosts)
      var silent: [NodeID] = []
      for node in nodes {
        if (try? await hosts.isSilent(node)) == true { silent.append(node) }
      }
      return (isDead && silent == nodes, "\(seen); silent on every link: \(silent)")
    }
  }

  func start(_ nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let processes: any ProcessFaults = try capability("starting processes")
    let before = await processIDs(of: nodes, processes)
    for node in nodes { try await processes.launch(node) }
    try await awaitBoot(of: nodes, processes)
    return { await lookForLife(of: nodes, instead: before, processes) }
  }

  func restart(_ nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let processes: any ProcessFaults = try capability("restarting processes")
    let before = await processIDs(of: nodes, processes)
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

  private func processIDs(of nodes: [NodeID], _ processes: any ProcessFaults) async -> [Int32?] {
    var found: [Int32?] = []
    for node in nodes { found.append(await processes.processID(of: node)) }
    return found
  }

  /// Whether the nodes, whose processes were these before, are dead now.
  private func lookForDeath(
    of nodes: [NodeID], _ before: [Int32?], _ processes: any ProcessFaults
  ) async -> (Bool, String) {
    await repeatUntilEvidence {
      var isProved = true
      var seen: [String] = []
      for (node, before) in zip(nodes, before) {
        let now = await processes.processID(of: node)
        let serves = await processes.acceptsClients(node)
        isProved = isProved && before != nil && now == nil && !serves
        seen.append(
          "\(node): process \(Self.text(before)) before, \(Self.text(now)) after, client port "
            + (serves ? "open" : "closed"))
      }
      return (isProved, seen.joined(separator: "; "))
    }
  }

  private func lookForLife(
    of nodes: [NodeID], instead before: [Int32?], _ processes: any ProcessFaults
  ) async -> (Bool, String) {
    var isProved = true
    var seen: [String] = []
    for (node, before) in zip(nodes, before) {
      let pid = await processes.processID(of: node)
      let serves = await processes.acceptsClients(node)
      isProved = isProved && pid != nil && pid != before && serves
      let replaced = before.map { " after \($0)" } ?? ""
      seen.append(
        "\(node): process \(Self.text(pid))\(replaced), client port \(serves ? "open" : "closed")")
    }
    return (isProved, seen.joined(separator: "; "))
  }

  private func look(
    at nodes: [NodeID], _ before: [Bool?], suspended wanted: Bool, _ processes: any ProcessFaults
  ) async -> (Bool, String) {
    await repeatUntilEvidence {
      let now = await states(of: nodes, processes)
      let seen = nodes.indices.map { place in
        "\(nodes[place]): the process \(Self.text(now[place])), "
          + "before it \(Self.text(before[place]))"
      }
      let isProved = nodes.indices.allSatisfy { now[$0] == wanted && before[$0] == !wanted }
      return (isProved, seen.joined(separator: "; "))
    }
  }

  private static func text(_ isSuspended: Bool?) -> String {
    isSuspended.map { $0 ? "stood still" : "ran" } ?? "was not there"
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
