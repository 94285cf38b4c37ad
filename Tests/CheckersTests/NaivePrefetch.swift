import Environment
import Operations

/// The definition of the guarantee `prefetch` read off a whole history, instant by instant.
struct NaivePrefetch {
  /// What a session came to hold, compared with its limits.
  enum Peak {
    case unlimited, below, full, tooHigh
  }
  /// A consumer that had too much, and how many deliveries of that instant were too many.
  struct Excess: Hashable {
    var at: Instant
    var queue: QueueID
    var session: SessionID
    var deliveries: Int
  }
  private struct Consumer: Hashable {
    var session: SessionID
    var queue: QueueID
  }

  private let events: [TimedEvent]
  private(set) var excesses: [Excess] = []
  private var peaks: [SessionID: Peak] = [:]
  /// The queues of which some consumer was full.
  private(set) var filled: Set<QueueID> = []

  init(_ events: [TimedEvent]) {
    self.events = events
    // One instant after the other: what is held once everything up to its end has happened.
    for end in events.indices
    where end == events.count - 1 || events[end + 1].at != events[end].at {
      judge(events[...end])
    }
  }

  func peak(of session: SessionID) -> Peak { peaks[session] ?? .unlimited }

  private mutating func judge(_ past: ArraySlice<TimedEvent>) {
    // `.max` for no limit.
    var limits: [Consumer: Int] = [:]
    var held: [Consumer: [(tag: UInt64, at: Instant)]] = [:]
    var asked: [OperationID: (queue: QueueID, prefetch: UInt16)] = [:]
    var ended: Set<OperationID> = []
    var unlimited: Set<SessionID> = []
    var arrived: [Consumer: Int] = [:]
    for event in past {
      switch event.event {
      case .invoked(let invocation):
        if case .consume(let prefetch) = invocation.action {
          asked[invocation.operation] = (invocation.queue, prefetch)
        }
      case .completed(let operation, _): ended.insert(operation)
      case .written(let written):
        if ended.contains(written.operation) {
          if written.sequence == 0 { unlimited.insert(written.session) }
        } else if let (queue, prefetch) = asked[written.operation] {
          let consumer = Consumer(session: written.session, queue: queue)
          let isLimited = prefetch > 0 && !unlimited.contains(written.session)
          let before = limits[consumer] ?? 0
          limits[consumer] = isLimited && before < .max ? before + Int(prefetch) : .max
        }
      case .delivered(let delivery):
        let consumer = Consumer(session: delivery.receipt.session, queue: delivery.queue)
        guard let limit = limits[consumer], limit < .max,
          !unlimited.contains(consumer.session)
        else { continue }
        held[consumer, default: []].append((delivery.receipt.tag, event.at))
        if event.at == past.last?.at { arrived[consumer, default: 0] += 1 }
      case .settled(let settlement):
        for consumer in held.keys where consumer.session == settlement.session {
          held[consumer]?.removeAll {
            settlement.multiple
              ? settlement.tag == 0 || $0.tag <= settlement.tag : $0.tag == settlement.tag
          }
        }
      case .sessionLost(let session, _):
        limits = limits.filter { $0.key.session != session }
        held = held.filter { $0.key.session != session }
      default: break
      }
    }
    for (consumer, count) in arrived {
      guard let limit = limits[consumer], limit < .max,
        !unlimited.contains(consumer.session), let at = past.last?.at
      else { continue }
      compare(held[consumer]?.count ?? 0, with: limit, consumer, arrived: count, at: at)
    }
  }

  private mutating func compare(
    _ held: Int, with limit: Int, _ consumer: Consumer, arrived: Int, at: Instant
  ) {
    if held >= limit { filled.insert(consumer.queue) }
    if held > limit {
      peaks[consumer.session] = .tooHigh
      excesses.append(
        Excess(
          at: at, queue: consumer.queue, session: consumer.session,
          deliveries: min(arrived, held - limit)))
    } else if peaks[consumer.session] != .tooHigh {
      peaks[consumer.session] = held == limit ? .full : .below
    }
  }
}
