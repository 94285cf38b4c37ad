/// Follows sessions to tell from when on the broker can have sent what they received.
///
/// That is the latest of: the start of the consumer, the publish of the message, the ack that made
/// room for it where the consumer has a prefetch, and all of these for everything that the session
/// received before, since a channel keeps its order.
struct JepsenSending: Sendable {
  private struct Session: Sendable {
    var client: ClientID?
    /// 0 for any number.
    var prefetch = 0
    /// Nothing that will be received was sent earlier.
    var sentAfter = Int64.min
    var consumers = 0
    var pushed = 0
    var outstanding: [UInt64] = []
    /// When each settled delivery was settled.
    var settledAt: [Int64] = []
  }

  private var sessions: [SessionID: Session] = [:]
  private var consumes: [OperationID: (at: Int64, prefetch: Int)] = [:]
  private var publishedAt: [MessageID: Int64] = [:]

  /// Whose session it is; nil if the history does not open it.
  func client(of session: SessionID) -> ClientID? { sessions[session]?.client }

  mutating func observe(_ opening: SessionOpening, at: Int64) {
    sessions[opening.session, default: Session()].client = opening.client
    raise(opening.session, to: at)
  }

  mutating func observe(_ invocation: Invocation, at: Int64) {
    switch invocation.action {
    case .publish(let message): publishedAt[message] = at
    case .consume(let prefetch): consumes[invocation.operation] = (at, Int(prefetch))
    case .get, .take, .drain: break
    }
  }

  mutating func observe(_ written: Written) {
    guard let (at, prefetch) = consumes.removeValue(forKey: written.operation) else { return }
    // A second consumer of a session is bound by neither the start nor the room of the first.
    let isFirst = sessions[written.session]?.consumers ?? 0 == 0
    if isFirst { raise(written.session, to: at) }
    sessions[written.session, default: Session()].consumers += 1
    sessions[written.session]?.prefetch = isFirst ? prefetch : 0
  }

  mutating func observe(_ settlement: Settlement, at: Int64) {
    guard var session = sessions[settlement.session], session.prefetch > 0 else { return }
    sessions[settlement.session] = nil
    let count = session.outstanding.count
    session.outstanding.removeAll { tag in
      tag == settlement.tag
        || settlement.multiple && (settlement.tag == 0 || tag < settlement.tag)
    }
    let settled = count - session.outstanding.count
    session.settledAt.append(contentsOf: repeatElement(at, count: settled))
    sessions[settlement.session] = session
  }

  /// Notes what a get brought, which was asked for at `sentAfter`.
  mutating func note(_ receipt: Receipt, sentAfter: Int64) {
    raise(receipt.session, to: sentAfter)
    if let at = publishedAt[receipt.message] { raise(receipt.session, to: at) }
  }

  /// From when on the broker can have pushed what was received at `at`.
  mutating func begin(of receipt: Receipt, at: Int64) -> Int64 {
    if let published = publishedAt[receipt.message] { raise(receipt.session, to: published) }
    var session = sessions[receipt.session] ?? Session()
    sessions[receipt.session] = nil
    session.pushed += 1
    if session.prefetch > 0 {
      session.outstanding.append(receipt.tag)
      let room = session.pushed - session.prefetch - 1
      if room >= 0, room < session.settledAt.count {
        session.sentAfter = max(session.sentAfter, session.settledAt[room])
      }
    }
    let from = session.sentAfter == .min ? at : min(at, session.sentAfter)
    sessions[receipt.session] = session
    return from
  }

  private mutating func raise(_ session: SessionID, to at: Int64) {
    sessions[session, default: Session()].sentAfter = max(
      sessions[session]?.sentAfter ?? .min, at)
  }
}
