import Environment
import Harness
import Operations

extension FaultInjector {
  func split(
    _ partition: Partition, _ step: FaultStep, on nodes: [NodeID]
  ) async throws(SystemFailure) -> Proof {
    let links: any LinkFaults = try capability("cutting links")
    let layout = PartitionLayout(
      nodes: links.nodes, draws: TargetDraws(seed: seed, step: step.id))
    let ways = layout.ways(of: partition, target: nodes)
    guard !ways.isEmpty else {
      throw SystemFailure(
        .failed, "\(links.nodes.count) nodes are too few for the partition \(step.fault.name)")
    }
    var onlyStream = false
    if case .oneWay(_, let chosen) = partition { onlyStream = chosen }
    board.take(ways, .cut, by: step.id)
    try await links.cut(ways, onlyStream: onlyStream)
    return await cutProof(links, ways, onlyStream: onlyStream)
  }

  func cutClients(_ step: FaultStep, of nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let links: any LinkFaults = try capability("cutting links")
    let ways = nodes.map { LinkWay(from: .clients($0), to: .node($0)) }
    let both = ways + ways.map(\.reversed)
    board.take(both, .cut, by: step.id)
    try await links.cut(both, onlyStream: false)
    return await cutProof(links, both, onlyStream: false)
  }

  /// Every cut way stalls, nothing passed, and something waits: the cut hit live traffic. The way
  /// back stalls too, unless only the stream was cut.
  private func cutProof(
    _ links: any LinkFaults, _ ways: [LinkWay], onlyStream: Bool
  ) async -> Proof {
    let back = ways.map(\.reversed).filter { !ways.contains($0) }
    return {
      await look(links, ways + (onlyStream ? [] : back), wanted: "stalled") { probe in
        probe.stalled == probe.ways && probe.passedBytes == 0 && probe.heldBytes > 0
      }
    }
  }

  func slow(
    _ conditions: LinkConditions, _ step: FaultStep, around nodes: [NodeID]
  ) async throws(SystemFailure) -> Proof {
    let links: any LinkFaults = try capability("shaping links")
    let others = links.nodes.filter { !nodes.contains($0) }
    let out = nodes.flatMap { from in others.map { LinkWay(from: .node(from), to: .node($0)) } }
    let ways = out + out.map(\.reversed)
    guard !ways.isEmpty else {
      throw SystemFailure(.failed, "there is no link between \(nodes) and other nodes")
    }
    board.take(ways, .shape(conditions), by: step.id)
    try await links.shape(ways, conditions)
    return {
      await look(links, ways, wanted: conditions.words) { conditions.isSeen(in: $0) }
    }
  }

  func heal(_ step: FaultID?) async throws(SystemFailure) -> Proof {
    let links: any LinkFaults = try capability("cutting links")
    let release = board.release(step)
    guard !release.isEmpty else {
      throw SystemFailure(.failed, "there is nothing to heal: no link is cut or slowed")
    }
    let (open, smooth) = (release.open, release.smooth)
    let before = (cut: try await links.probe(open), slow: try await links.probe(smooth))
    try await links.open(open)
    try await links.smooth(smooth)
    for shaped in release.shape { try await links.shape([shaped.way], shaped.conditions) }
    let wasHarmed = before.cut.stalled + before.slow.shaped > 0
    return {
      await repeatUntilEvidence {
        do throws(SystemFailure) {
          let (cut, slow) = (try await links.probe(open), try await links.probe(smooth))
          let passes = cut.passedBytes + slow.passedBytes > 0
          let hasNobody = cut.connections + slow.connections == 0
          return (
            wasHarmed && cut.stalled == 0 && slow.shaped == 0 && (passes || hasNobody),
            "\(before.cut.stalled) of \(cut.ways) stalled before, \(cut.stalled) now; "
              + "\(before.slow.shaped) of \(slow.ways) with conditions before, \(slow.shaped) now; "
              + "\(cut.passedBytes + slow.passedBytes) bytes passed since"
          )
        } catch {
          return (false, error.description)
        }
      }
    }
  }

  func resetClients(of nodes: [NodeID]) async throws(SystemFailure) -> Proof {
    let links: any LinkFaults = try capability("resetting connections")
    let before = try await links.resetConnections(of: nodes)
    try await links.resetClients(of: nodes)
    return {
      await repeatUntilEvidence {
        do throws(SystemFailure) {
          let count = try await links.resetConnections(of: nodes) - before
          return (count > 0, "\(count) client connections were reset")
        } catch {
          return (false, error.description)
        }
      }
    }
  }

  private func look(
    _ links: any LinkFaults, _ ways: [LinkWay], wanted: String,
    until isSeen: @Sendable (LinkProbe) -> Bool
  ) async -> (Bool, String) {
    await repeatUntilEvidence {
      do throws(SystemFailure) {
        let probe = try await links.probe(ways)
        return (isSeen(probe), "\(probe.words) (wanted: \(wanted))")
      } catch {
        return (false, error.description)
      }
    }
  }
}

extension LinkProbe {
  /// What was seen, for people.
  var words: String {
    var parts = [
      "\(stalled) of \(ways) directed links stalled", "\(heldBytes) bytes held",
      "\(passedBytes) bytes passed since",
    ]
    if shaped > 0 {
      parts.append("\(shaped) with conditions")
      let least = leastDelay.map { ", the shortest by \($0 / .milliseconds(1)) ms" } ?? ""
      parts.append("\(delayedChunks) pieces held back\(least)")
      parts.append("\(stalls) stalls")
      parts.append("at most \(highestRate) bytes/s")
    }
    return parts.joined(separator: ", ")
  }
}

extension LinkConditions {
  /// Whether every way has the conditions and traffic showed each of them.
  func isSeen(in probe: LinkProbe) -> Bool {
    guard probe.shaped == probe.ways, probe.passedBytes > 0 else { return false }
    if delay > .zero || jitter > .zero {
      guard probe.delayedChunks > 0, let least = probe.leastDelay, least >= delay else {
        return false
      }
    }
    if bandwidth > 0, probe.highestRate > bandwidth { return false }
    return stallEvery == .zero || probe.stalls > 0
  }

  /// The conditions, for people.
  var words: String {
    var parts: [String] = []
    if delay > .zero { parts.append("delay \(delay / .milliseconds(1)) ms") }
    if jitter > .zero { parts.append("jitter \(jitter / .milliseconds(1)) ms") }
    if bandwidth > 0 { parts.append("\(bandwidth) bytes/s") }
    if stallEvery > .zero {
      parts.append(
        "a stall of \(stallFor / .milliseconds(1)) ms every \(stallEvery / .milliseconds(1)) ms")
    }
    return parts.joined(separator: ", ")
  }
}
