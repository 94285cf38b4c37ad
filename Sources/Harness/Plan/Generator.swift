public import Environment

/// Decides, step by step, what one client does next; a pure value.
///
/// Operation k of client c must be a function of (seed, c, k) alone. When it happens may depend on
/// the situation.
public protocol Generator: Sendable {
  /// The next step in this situation.
  mutating func next(in situation: Situation) -> Step
}

/// What a generator may look at.
public struct Situation: Hashable, Sendable {
  /// The present instant.
  public var now: Instant
  /// When the load phase began.
  public var loadBegan: Instant
  /// How many operations of the client are unanswered.
  public var outstanding: Int
  /// Whether the client has an open session.
  public var isOpen: Bool

  /// A situation.
  public init(now: Instant, loadBegan: Instant, outstanding: Int, isOpen: Bool) {
    self.now = now
    self.loadBegan = loadBegan
    self.outstanding = outstanding
    self.isOpen = isOpen
  }
}

/// What a client does next.
public enum Step: Hashable, Sendable {
  /// Do this now; `due` is when it was meant to happen, if the generator keeps to a clock.
  case invoke(Request, due: Instant? = nil)
  /// Ask again at this instant, or earlier when an operation of the client ends.
  case wait(until: Instant)
  /// The client is done.
  case exhausted
}

/// An operation as a generator asks for it; the interpreter gives it its ids.
public enum Request: Hashable, Sendable {
  /// Publish the client's next message with a body of so many bytes.
  case publish(bytes: Int)
  /// Get one message.
  case get
}

/// Publishes without end; the body sizes are drawn from the seed.
public struct Publishes: Generator {
  private let seed: UInt64
  private let client: UInt64
  private let bytes: ClosedRange<Int64>
  private var count: UInt64 = 0

  /// Publishes of `client` with body sizes in `bytes`.
  public init(seed: UInt64, client: UInt32, bytes: ClosedRange<Int64>) {
    self.seed = seed
    self.client = UInt64(client)
    self.bytes = bytes
  }

  /// The next publish.
  public mutating func next(in situation: Situation) -> Step {
    var draws = SeededGenerator(seed: seed, stream: 0x7075_0000_0000 | client, index: count)
    count += 1
    return .invoke(.publish(bytes: Int(draws.draw(in: bytes))))
  }
}

/// Open loop: operation k is offered at k·interval plus a drawn delay of less than an interval,
/// whether or not earlier ones were answered.
public struct Paced<Base: Generator>: Generator {
  private var base: Base
  private let interval: Duration
  private let seed: UInt64
  private let client: UInt64
  private var count: UInt64 = 0

  /// `base` at one operation an `interval`, which must be above zero.
  public init(_ base: Base, interval: Duration, seed: UInt64, client: UInt32) {
    precondition(interval > .zero, "an open loop needs an interval above zero")
    self.base = base
    self.interval = interval
    self.seed = seed
    self.client = UInt64(client)
  }

  /// The next operation, once its time has come.
  public mutating func next(in situation: Situation) -> Step {
    var draws = SeededGenerator(seed: seed, stream: 0x7061_0000_0000 | client, index: count)
    let delay = Duration.nanoseconds(draws.draw(in: 0...(interval.nanoseconds - 1)))
    let due = situation.loadBegan + interval * Int(count) + delay
    if situation.now < due { return .wait(until: due) }
    count += 1
    switch base.next(in: situation) {
    case .invoke(let request, _): return .invoke(request, due: due)
    case let other: return other
    }
  }
}

/// So many operations and no more.
public struct Limited<Base: Generator>: Generator {
  private var base: Base
  private var left: Int

  /// The first `count` operations of `base`.
  public init(_ base: Base, count: Int) {
    self.base = base
    left = count
  }

  /// The next operation, while there are any left.
  public mutating func next(in situation: Situation) -> Step {
    if left <= 0 { return .exhausted }
    let step = base.next(in: situation)
    if case .invoke = step { left -= 1 }
    return step
  }
}

/// Closed loop: at most `limit` operations are unanswered at any time.
///
/// While the client has no session one operation a `retry` is offered, so that unavailability
/// stays visible without a storm of refusals.
public struct Windowed<Base: Generator>: Generator {
  private var base: Base
  private let limit: Int
  private let retry: Duration
  private var nextRetry = Instant(nanoseconds: .min)

  /// `base` with at most `limit` operations unanswered.
  public init(_ base: Base, limit: Int, retry: Duration = .milliseconds(100)) {
    precondition(limit > 0, "a window needs room for one operation")
    self.base = base
    self.limit = limit
    self.retry = retry
  }

  /// The next operation, if there is room.
  public mutating func next(in situation: Situation) -> Step {
    if situation.outstanding >= limit { return .wait(until: situation.now + retry) }
    if !situation.isOpen {
      if situation.now < nextRetry { return .wait(until: nextRetry) }
      nextRetry = situation.now + retry
    }
    return base.next(in: situation)
  }
}
