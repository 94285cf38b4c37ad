import Harness
import Operations
import Synchronization

/// What a link fault does to its ways.
enum LinkFault: Hashable {
  case cut
  case shape(LinkConditions)

  var isCut: Bool { self == .cut }
}

/// A way and the conditions that it gets.
struct ShapedWay: Hashable {
  var way: LinkWay
  var conditions: LinkConditions
}

/// What has to be done to the network when link faults end.
struct LinkRelease: Hashable {
  /// Ways that are to carry bytes again.
  var open: [LinkWay] = []
  /// Ways whose conditions are to end.
  var smooth: [LinkWay] = []
  /// Ways that get back the conditions of an earlier fault that goes on.
  var shape: [ShapedWay] = []

  /// Whether there is nothing to do.
  var isEmpty: Bool { open.isEmpty && smooth.isEmpty && shape.isEmpty }
}

/// What the steps of a schedule know of each other: whom earlier targets resolved to, and which
/// ways of the network are in whose hands.
final class FaultBoard: Sendable {
  private struct State {
    var targets: [FaultID: [NodeID]] = [:]
    var waiting: [FaultID: [CheckedContinuation<[NodeID], Never>]] = [:]
    /// The link faults in force, in the order in which they began.
    var inForce: [(step: FaultID, fault: LinkFault, ways: [LinkWay])] = []
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

  /// Notes what a step does to these ways.
  func take(_ ways: [LinkWay], _ fault: LinkFault, by step: FaultID) {
    state.withLock { $0.inForce.append((step, fault, ways)) }
  }

  /// What has to be done when a step, or every step, ends: a way stays cut, or shaped, while
  /// another step in force wants it so.
  func release(_ step: FaultID?) -> LinkRelease {
    state.withLock { state in
      let ending = state.inForce.filter { step == nil || $0.step == step }
      state.inForce.removeAll { step == nil || $0.step == step }
      var release = LinkRelease()
      for (_, fault, ways) in ending {
        for way in ways { Self.release(way, fault, keeping: state, into: &release) }
      }
      return release
    }
  }

  private static func release(
    _ way: LinkWay, _ fault: LinkFault, keeping state: State, into release: inout LinkRelease
  ) {
    let kept = state.inForce.last { $0.fault.isCut == fault.isCut && $0.ways.contains(way) }
    switch (fault, kept?.fault) {
    case (.cut, nil): if !release.open.contains(way) { release.open.append(way) }
    case (.shape, nil): if !release.smooth.contains(way) { release.smooth.append(way) }
    case (.shape, .shape(let conditions)?):
      release.shape.removeAll { $0.way == way }
      release.shape.append(ShapedWay(way: way, conditions: conditions))
    case (_, .some): break
    }
  }
}
