import Harness
import Operations
import Synchronization

/// What the steps of a schedule know of each other: whom earlier targets resolved to, and which
/// ways of the network are in whose hands.
final class FaultBoard: Sendable {
  private struct State {
    var targets: [FaultID: [NodeID]] = [:]
    var waiting: [FaultID: [CheckedContinuation<[NodeID], Never>]] = [:]
    /// The link faults in force, in the order in which they began.
    var inForce: [(step: FaultID, ways: [LinkWay])] = []
  }
  private let state = Mutex(State())

  /// Notes whom the target of a step resolved to; nobody for a step that does not happen.
  func resolve(_ step: FaultID, _ nodes: [NodeID]) {
    let waiting = state.withLock { state in
      state.targets[step] = nodes
      return state.waiting.removeValue(forKey: step) ?? []
    }
    for continuation in waiting { continuation.resume(returning: nodes) }
  }

  /// Whom the target of an earlier step resolved to. Every step resolves at the latest when its
  /// trigger's bound has passed.
  func target(of step: FaultID) async -> [NodeID] {
    await withCheckedContinuation { continuation in
      let known = state.withLock { state -> [NodeID]? in
        if let nodes = state.targets[step] { return nodes }
        state.waiting[step, default: []].append(continuation)
        return nil
      }
      if let known { continuation.resume(returning: known) }
    }
  }

  /// Notes that a step changes these ways.
  func take(_ ways: [LinkWay], by step: FaultID) {
    state.withLock { $0.inForce.append((step, ways)) }
  }

  /// The ways that have to be restored when a step, or every step, ends: those that are in no
  /// other step's hands.
  func release(_ step: FaultID?) -> [LinkWay] {
    state.withLock { state in
      let ending = state.inForce.filter { step == nil || $0.step == step }.flatMap(\.ways)
      state.inForce.removeAll { step == nil || $0.step == step }
      let kept = state.inForce.flatMap(\.ways)
      var ways: [LinkWay] = []
      for way in ending where !kept.contains(way) && !ways.contains(way) { ways.append(way) }
      return ways
    }
  }
}
