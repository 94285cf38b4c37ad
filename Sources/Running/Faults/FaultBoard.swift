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
    /// Who waits for the target of a step.
    var waiting: [Waiter] = []
    var waiters = 0
    /// The link faults in force, in the order in which they began.
    var inForce: [(step: FaultID, fault: LinkFault, ways: [LinkWay])] = []
  }
  private struct Waiter {
    var number: Int
    var step: FaultID
    var continuation: CheckedContinuation<[NodeID], Never>
  }
  private let state = Mutex(State())

  /// Notes whom the target of a step resolved to; nobody for a step that does not happen.
  func resolve(_ step: FaultID, _ nodes: [NodeID]) {
    let waiting = state.withLock { state in
      state.targets[step] = nodes
      let waiting = state.waiting.filter { $0.step == step }
      state.waiting.removeAll { $0.step == step }
      return waiting
    }
    for waiter in waiting { waiter.continuation.resume(returning: nodes) }
  }

  /// Whom the target of an earlier step resolved to; nobody if the task is cancelled first. Every
  /// step resolves at the latest when its trigger's bound has passed.
  func target(of step: FaultID) async -> [NodeID] {
    let number = state.withLock { state in
      state.waiters += 1
      return state.waiters
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known = state.withLock { state -> [NodeID]? in
          if let nodes = state.targets[step] { return nodes }
          // Whoever was cancelled before this is not found by the handler below.
          if Task.isCancelled { return [] }
          state.waiting.append(Waiter(number: number, step: step, continuation: continuation))
          return nil
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      let waiter = state.withLock { state -> Waiter? in
        guard let place = state.waiting.firstIndex(where: { $0.number == number }) else {
          return nil
        }
        return state.waiting.remove(at: place)
      }
      waiter?.continuation.resume(returning: [])
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
