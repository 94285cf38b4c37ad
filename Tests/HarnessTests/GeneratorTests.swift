import Environment
import Harness
import Testing

@Suite struct GeneratorTests {
  private func situation(
    _ milliseconds: Int64, outstanding: Int = 0, isOpen: Bool = true
  ) -> Situation {
    Situation(
      now: Instant(nanoseconds: milliseconds * 1_000_000), loadBegan: .zero,
      outstanding: outstanding, isOpen: isOpen)
  }

  @Test func operationKIsAFunctionOfSeedClientAndK() {
    var first = Publishes(seed: 9, client: 3, bytes: 24...5000)
    var again = Publishes(seed: 9, client: 3, bytes: 24...5000)
    var other = Publishes(seed: 9, client: 4, bytes: 24...5000)
    let steps = (0..<50).map { _ in first.next(in: situation(0)) }
    // Neither the time nor what is outstanding may change what is published.
    #expect(steps == (0..<50).map { again.next(in: situation($0, outstanding: Int($0))) })
    #expect(steps != (0..<50).map { _ in other.next(in: situation(0)) })
  }

  @Test func anOpenLoopOffersWithinEachInterval() {
    var generator = Paced(
      Publishes(seed: 1, client: 0, bytes: 24...24), interval: .milliseconds(10), seed: 1,
      client: 0)
    var offered: [Int64] = []
    for millisecond in 0..<1000 as Range<Int64> {
      while case .invoke = generator.next(in: situation(millisecond, outstanding: 9)) {
        offered.append(millisecond)
      }
    }
    #expect((99...100).contains(offered.count))
    for (k, at) in offered.enumerated() {
      #expect(at >= Int64(k) * 10 && at <= Int64(k) * 10 + 10)
    }
  }

  @Test func aClosedLoopFillsItsWindowAndThrottlesWhileClosed() {
    var generator = Windowed(Publishes(seed: 1, client: 0, bytes: 24...24), limit: 3)
    #expect(generator.next(in: situation(0, outstanding: 2)) == .invoke(.publish(bytes: 24)))
    #expect(
      generator.next(in: situation(0, outstanding: 3))
        == .wait(until: Instant(nanoseconds: 100_000_000)))
    #expect(generator.next(in: situation(5, isOpen: false)) == .invoke(.publish(bytes: 24)))
    #expect(
      generator.next(in: situation(6, isOpen: false))
        == .wait(until: Instant(nanoseconds: 105_000_000)))
  }
}
