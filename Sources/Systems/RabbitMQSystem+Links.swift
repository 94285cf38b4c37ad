import Control
package import Harness
import Network
package import Operations
import Synchronization

extension RabbitMQSystem: LinkFaults {
  /// Cuts the links around `side` at one moment; the clients of each node stay with it.
  package func isolate(_ side: [NodeID]) async throws(SystemFailure) {
    let severed = directions(around: side)
    try await relay { (control) throws(RelayError) in try control.cut(severed) }
  }

  /// Ends every cut; what the links held is delivered.
  package func healLinks() async throws(SystemFailure) {
    let all = peerDirections
    let passed = try await relay { (control) throws(RelayError) in
      // Cut links let nothing pass, so that their counts are exact at the moment of the heal.
      var passed: [Direction: UInt64] = [:]
      for direction in all { passed[direction] = try control.probe(direction).flow.forwarded }
      try control.healAll()
      return passed
    }
    state.withLock { $0.passedBefore = passed }
  }

  /// What the relay and the kernel say about the links around `side` in both directions.
  package func probeLinks(around side: [NodeID]) async throws(SystemFailure) -> LinkProbe {
    let directions = directions(around: side)
    let found = try await relay { (control) throws(RelayError) in
      var found: [FlowEvidence] = []
      for direction in directions { found.append(try control.probe(direction)) }
      return found
    }
    let before = state.withLock { $0.passedBefore }
    var probe = LinkProbe(links: found.count, stalled: 0, heldBytes: 0, passedBytes: 0)
    for evidence in found {
      let flow = evidence.flow
      // A link without connections is cut if new ones hang.
      let stalls = flow.isStalled && evidence.connectsHang
      probe.stalled += stalls ? 1 : 0
      probe.heldBytes += Int(clamping: flow.held)
      probe.passedBytes += Int(
        clamping: stalls
          ? flow.forwardedSinceStall
          : flow.forwarded - min(flow.forwarded, before[evidence.direction] ?? 0))
    }
    return probe
  }

  /// The longest time for which the relay was late since this was asked last, and since it began.
  package func relayLag() async throws(SystemFailure) -> (recent: Duration, worst: Duration) {
    let status = try await relay { (control) throws(RelayError) in try control.status() }
    return (status.loopLag, status.worstLoopLag)
  }

  /// Calls the relay on a thread of its own.
  @discardableResult
  func relay<Value: Sendable>(
    _ body: @escaping @Sendable (RelayControl) throws(RelayError) -> Value
  ) async throws(SystemFailure) -> Value {
    let control = RelayControl(path: layout.relaySocket)
    let result = await onOwnThread { () -> Result<Value, RelayError> in
      do throws(RelayError) {
        return .success(try body(control))
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let value): return value
    case .failure(let error):
      let kind: SystemFailure.Kind =
        switch error.kind {
        case .addressInUse: .addressInUse
        case .timedOut: .timedOut
        default: .failed
        }
      throw SystemFailure(kind, "the relay at \(layout.relaySocket): \(error.message)")
    }
  }

  private func directions(around side: [NodeID]) -> [Direction] {
    let names = side.map(\.description)
    return topology.directions(
      severing: names + names.map { NetworkTopology.clientName(of: $0) })
  }

  private var peerDirections: [Direction] {
    nodes.flatMap { from in
      nodes.filter { $0 != from }.map { Direction(from: "\(from)", to: "\($0)") }
    }
  }
}
