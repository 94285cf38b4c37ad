import DequeModule
import Environment
import Harness
import Operations
import Simulator

/// A client's session on a scripted cluster: one connection at a time, a millisecond each way.
final class ScriptedSession: BrokerSession {
  private static let latency = Duration.milliseconds(1)
  private static let retry = Duration.milliseconds(500)
  let node: NodeID
  private let cluster: ScriptedCluster
  private let deadlines: Deadlines
  private let report: (SessionEvent) -> Void
  private var incarnation: UInt32 = 0
  private var isOpen = false
  private var isStopped = false
  private var sequence: UInt64 = 0
  private var tag: UInt64 = 0
  /// Operations without an answer, with when each is given up.
  private var outstanding: [OperationID: UInt64] = [:]
  private var order: [OperationID] = []

  init(
    _ node: NodeID, on cluster: ScriptedCluster, deadlines: Deadlines,
    report: @escaping (SessionEvent) -> Void
  ) {
    self.node = node
    self.cluster = cluster
    self.deadlines = deadlines
    self.report = report
  }

  func isOpen(_ incarnation: UInt32) -> Bool { isOpen && self.incarnation == incarnation }

  func start() {
    cluster.sessions.append(self)
    attempt()
  }

  func stop() {
    isStopped = true
    close("the client closed it", tells: false)
    cluster.sessions.removeAll { $0 === self }
  }

  private func attempt() {
    cluster.executor.schedule(at: cluster.executor.now + Self.latency) { [self] in
      if isStopped || isOpen { return }
      guard cluster.state(node).serves, !cluster.clientsAreCut(from: node),
        !cluster.script.unreachable.contains(node)
      else {
        report(.attemptFailed(reason: "\(node) does not answer"))
        return retry()
      }
      incarnation += 1
      sequence = 0
      tag = 0
      isOpen = true
      report(.opened(incarnation: incarnation))
    }
  }

  private func retry() {
    cluster.executor.schedule(at: cluster.executor.now + Self.retry) { [self] in attempt() }
  }

  /// The connection is gone.
  func close(_ reason: String, tells: Bool = true) {
    guard isOpen else { return }
    isOpen = false
    for queue in cluster.queues { for copy in queue.copies { copy.requeue(self) } }
    let open = order.filter { outstanding[$0] != nil }
    order = []
    for operation in open { finish(operation, .indefinite(.connectionLost, reason)) }
    if !tells { return }
    report(.lost(incarnation: incarnation, reason: reason))
    if !isStopped { retry() }
  }

  func cancelConsumer(_ incarnation: UInt32) {
    later(incarnation) { $0.report(.consumerCancelled(incarnation: incarnation)) }
  }

  /// Sends a message on its way and returns its tag.
  func deliver(_ message: QueuedMessage) -> UInt64 {
    tag += 1
    let receipt = SessionReceipt(
      tag: tag, message: message.message, redelivered: message.isRedelivered)
    let incarnation = incarnation
    later(incarnation) { $0.report(.delivered(incarnation: incarnation, receipt)) }
    return tag
  }

  func submit(_ command: SessionCommand) {
    switch command {
    case .publish(let operation, let queue, let message, _):
      publish(operation, queue, message)
    case .consume(let operation, let queue, let prefetch):
      ask(operation, queue) { [incarnation] session, copy in
        copy.consumers.append(
          QueueConsumer(
            session: session, incarnation: incarnation, prefetch: prefetch == 0 ? .max : prefetch))
        return .accepted
      }
    case .get(let operation, let queue):
      ask(operation, queue) { [incarnation] session, copy in
        guard let next = copy.ready.popFirst() else { return .empty }
        session.tag += 1
        copy.hold(next, as: session.tag, by: session)
        let receipt = SessionReceipt(
          tag: session.tag, message: next.message, redelivered: next.isRedelivered)
        return .message(incarnation: incarnation, receipt)
      }
    case .settle(let incarnation, let tag, let multiple, let kind):
      settle(incarnation, tag, multiple, kind)
    case .declare(let operation, let plan, _):
      guard begin(operation, within: deadlines.operation) else { return }
      arrive { session in
        session.cluster.declare(plan)
        session.answer(operation, .accepted)
      }
    case .drop: close("the client dropped it")
    }
  }

  private func publish(_ operation: OperationID, _ queue: String, _ message: MessageID) {
    guard isOpen else { return report(.completed(operation, .failed(.notWritten))) }
    sequence += 1
    let (incarnation, number) = (incarnation, sequence)
    _ = begin(operation, within: deadlines.confirm, sequence: number)
    let confirm = { [self] in
      later(incarnation) { session in
        guard session.outstanding[operation] != nil else { return }
        session.report(
          .answered(incarnation: incarnation, sequence: number, multiple: false, positive: true))
        session.finish(operation, .confirmed)
      }
    }
    arrive { session in
      session.cluster.perform { cluster in
        guard session.isOpen(incarnation) else { return true }
        guard let queue = cluster.queues.first(where: { $0.name == queue }),
          let copy = cluster.copy(of: queue, seenBy: session.node)
        else { return false }
        copy.pending.append(PendingPublish(message: message, confirm: confirm))
        cluster.confirm(queue, copy)
        return true
      }
    }
  }

  private func ask(
    _ operation: OperationID, _ queue: String,
    _ body: @escaping (ScriptedSession, QueueCopy) -> SessionOutcome
  ) {
    guard begin(operation, within: deadlines.operation) else { return }
    let incarnation = incarnation
    arrive { session in
      session.cluster.perform { cluster in
        guard session.isOpen(incarnation), session.outstanding[operation] != nil else {
          return true
        }
        guard let queue = cluster.queues.first(where: { $0.name == queue }),
          let copy = cluster.copy(of: queue, seenBy: session.node)
        else { return false }
        session.answer(operation, body(session, copy))
        cluster.deliver(queue, copy)
        return true
      }
    }
  }

  private func settle(
    _ incarnation: UInt32, _ tag: UInt64, _ multiple: Bool, _ kind: SettlementKind
  ) {
    guard isOpen(incarnation) else { return }
    report(.settled(incarnation: incarnation, tag: tag, multiple: multiple, kind: kind))
    arrive { session in
      for queue in session.cluster.queues {
        for copy in queue.copies {
          guard let settled = copy.settle(tag, of: session, kind) else { continue }
          if session.cluster.script.echoes {
            copy.ready.append(QueuedMessage(message: settled.message, isRedelivered: true))
          }
          session.cluster.deliver(queue, copy)
        }
      }
    }
  }

  // MARK: - The way there and back

  /// Notes that an operation was sent; false if there is no connection.
  private func begin(
    _ operation: OperationID, within timeout: Duration, sequence: UInt64 = 0
  ) -> Bool {
    guard isOpen else {
      report(.completed(operation, .failed(.notWritten)))
      return false
    }
    report(.written(operation, incarnation: incarnation, sequence: sequence))
    order.append(operation)
    outstanding[operation] = cluster.executor.schedule(at: cluster.executor.now + timeout) {
      [self] in finish(operation, .indefinite(.timeout, "no answer"))
    }
    if order.count > 256 { order.removeAll { outstanding[$0] == nil } }
    return true
  }

  private func finish(_ operation: OperationID, _ outcome: SessionOutcome) {
    guard let timer = outstanding.removeValue(forKey: operation) else { return }
    cluster.executor.cancel(timer)
    report(.completed(operation, outcome))
  }

  private func answer(_ operation: OperationID, _ outcome: SessionOutcome) {
    later(incarnation) { $0.finish(operation, outcome) }
  }

  /// What was sent arrives after a while, or when the link is mended.
  private func arrive(_ body: @escaping (ScriptedSession) -> Void) {
    let incarnation = incarnation
    cluster.executor.schedule(at: cluster.executor.now + Self.latency) { [self] in
      cluster.perform { cluster in
        guard self.isOpen(incarnation) else { return true }
        guard !cluster.clientsAreCut(from: self.node) else { return false }
        body(self)
        return true
      }
    }
  }

  /// What the broker sends arrives after a while, or when the link is mended.
  private func later(_ incarnation: UInt32, _ body: @escaping (ScriptedSession) -> Void) {
    cluster.executor.schedule(at: cluster.executor.now + Self.latency) { [self] in
      cluster.perform { cluster in
        guard self.isOpen(incarnation) else { return true }
        guard !cluster.clientsAreCut(from: self.node), !cluster.state(self.node).isSuspended else {
          return false
        }
        body(self)
        return true
      }
    }
  }
}

extension QueueCopy {
  func hold(_ message: QueuedMessage, as tag: UInt64, by session: ScriptedSession) {
    let key = ObjectIdentifier(session)
    if held[key] == nil { holders.append(session) }
    held[key, default: []].append((tag, message))
  }
}
