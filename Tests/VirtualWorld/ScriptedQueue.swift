import DequeModule
import Operations

/// A message in a scripted queue.
struct QueuedMessage {
  var message: MessageID
  var isRedelivered = false
}

/// A publish that waits for replicas.
struct PendingPublish {
  var message: MessageID
  var confirm: () -> Void
}

/// A consumer of a scripted queue.
struct QueueConsumer {
  var session: ScriptedSession
  var incarnation: UInt32
  var prefetch: Int
}

/// One copy of a queue: its replicas, which hold the same, and who leads them. A mirrored queue has
/// one on each side of a partition.
final class QueueCopy {
  /// The replicas, oldest first; the first one leads.
  var members: [NodeID]
  var ready = Deque<QueuedMessage>()
  /// What each session holds, by tag.
  var held: [ObjectIdentifier: [(tag: UInt64, message: QueuedMessage)]] = [:]
  /// Sessions that hold something, in the order in which they began to.
  var holders: [ScriptedSession] = []
  var pending: [PendingPublish] = []
  var consumers: [QueueConsumer] = []

  init(members: [NodeID]) {
    self.members = members
  }

  var leader: NodeID? { members.first }
  var unacknowledged: Int { holders.reduce(0) { $0 + (held[ObjectIdentifier($1)]?.count ?? 0) } }
  var depth: Int { ready.count + unacknowledged }

  /// Gives back what a session holds, in front of everything else.
  func requeue(_ session: ScriptedSession) {
    consumers.removeAll { $0.session === session }
    holders.removeAll { $0 === session }
    for (_, message) in (held.removeValue(forKey: ObjectIdentifier(session)) ?? []).reversed() {
      ready.prepend(QueuedMessage(message: message.message, isRedelivered: true))
    }
  }

  /// What a session did with a tag; nil if it holds nothing by that name.
  func settle(_ tag: UInt64, of session: ScriptedSession, _ kind: SettlementKind) -> QueuedMessage?
  {
    guard var tags = held[ObjectIdentifier(session)],
      let place = tags.firstIndex(where: { $0.tag == tag })
    else { return nil }
    let message = tags.remove(at: place).message
    held[ObjectIdentifier(session)] = tags
    if !kind.isFinal {
      ready.prepend(QueuedMessage(message: message.message, isRedelivered: true))
    }
    return message
  }

  /// A copy of what is replicated, for replicas that no longer see the leader: everything held
  /// becomes ready again.
  func split(members: [NodeID]) -> QueueCopy {
    let copy = QueueCopy(members: members)
    copy.ready = ready
    for session in holders.reversed() {
      for (_, message) in (held[ObjectIdentifier(session)] ?? []).reversed() {
        copy.ready.prepend(QueuedMessage(message: message.message, isRedelivered: true))
      }
    }
    return copy
  }
}

/// A queue under test with all its copies.
final class ScriptedQueue {
  let name: String
  let kind: QueueKind
  var copies: [QueueCopy]
  var mirrors: String

  init(name: String, kind: QueueKind, members: [NodeID]) {
    self.name = name
    self.kind = kind
    copies = [QueueCopy(members: members)]
    mirrors = "all"
  }
}
