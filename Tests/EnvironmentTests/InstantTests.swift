import Environment
import Testing

@Suite struct InstantTests {
  @Test func additionSaturates() {
    #expect(Instant(nanoseconds: .max - 1) + .seconds(1) == Instant(nanoseconds: .max))
    #expect(Instant(nanoseconds: .min + 1) + .seconds(-1) == Instant(nanoseconds: .min))
    #expect(Instant.zero + .milliseconds(3) == Instant(nanoseconds: 3_000_000))
  }

  @Test func subtractionSaturates() {
    let (first, last) = (Instant(nanoseconds: .min), Instant(nanoseconds: .max))
    #expect(last - first == .nanoseconds(Int64.max))
    #expect(first - last == .nanoseconds(Int64.min))
    #expect(Instant(nanoseconds: 5) - Instant(nanoseconds: 7) == .nanoseconds(-2))
  }

  @Test func deadlinesCountDownToZero() {
    let deadline = Deadline(after: .seconds(2), from: Instant(nanoseconds: 500))
    #expect(deadline.remaining(at: Instant(nanoseconds: 500)) == .seconds(2))
    #expect(!deadline.hasPassed(at: deadline.at))
    #expect(deadline.hasPassed(at: deadline.at + .nanoseconds(1)))
    #expect(deadline.remaining(at: deadline.at + .seconds(5)) == .zero)
  }

  @Test func theMonotonicClockMovesForward() {
    let clock = MonotonicClock()
    let first = clock.now()
    #expect(first >= .zero)
    #expect(clock.now() >= first)
  }
}
