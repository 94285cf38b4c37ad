import Environment
import Foundation
import Harness
import Synchronization
import Testing

@testable import Simulator

@Suite struct VirtualExecutorTests {
  private func at(_ milliseconds: Int64) -> Instant {
    Instant(nanoseconds: milliseconds * 1_000_000)
  }

  @Test func timePassesOnlyWhenNothingIsReady() throws {
    let executor = VirtualExecutor()
    let clock = VirtualClock(executor)
    let told = Told()
    let value = try executor.run {
      await withTaskGroup(of: Void.self) { group in
        for (name, pause) in [("a", 30), ("b", 10), ("c", 20), ("d", 10)] {
          group.addTask {
            for _ in 0..<2 {
              try? await clock.sleep(for: .milliseconds(pause))
              told.add("\(name)@\(clock.now().nanoseconds / 1_000_000)")
            }
          }
        }
      }
      return 7
    }
    #expect(value == 7)
    #expect(told.words == ["b@10", "d@10", "c@20", "b@20", "d@20", "a@30", "c@40", "a@60"])
    #expect(executor.now == at(60))
  }

  @Test func whoSleepsIsCancelledAtOnce() throws {
    let executor = VirtualExecutor()
    let winner = try executor.run {
      await withThrowingTaskGroup(of: String.self) { group in
        group.addTask {
          try await executor.sleep(until: Instant(nanoseconds: 50))
          return "late"
        }
        group.addTask {
          try await executor.sleep(until: Instant(nanoseconds: 40))
          return "early"
        }
        let first = try? await group.next()
        group.cancelAll()
        let second = await group.nextResult()
        return "\(first ?? "nobody") \(second.map { "\((try? $0.get()) ?? "cancelled")" } ?? "")"
      }
    }
    #expect(winner == "early cancelled")
    #expect(executor.now == Instant(nanoseconds: 40), "nobody waited for who was cancelled")
  }

  @Test func aSleepOfWhoIsCancelledAlreadyThrows() throws {
    let executor = VirtualExecutor()
    let thrown = try executor.run {
      await withTaskGroup(of: Bool.self) { group in
        group.addTask {
          while !Task.isCancelled { await Task.yield() }
          do {
            try await executor.sleep(until: Instant(nanoseconds: 10))
            return false
          } catch {
            return error is CancellationError
          }
        }
        group.cancelAll()
        return await group.next() ?? false
      }
    }
    #expect(thrown && executor.now == .zero)
  }

  @Test func actorsStreamsAndChildrenStayOnTheThread() throws {
    actor Counter {
      var count = 0
      func add() -> Int {
        count += 1
        return count
      }
    }
    let executor = VirtualExecutor()
    let sum = try executor.run {
      let counter = Counter()
      let (stream, feed) = AsyncStream.makeStream(of: Int.self)
      async let fed: Void = {
        for number in 0..<3 {
          try? await executor.sleep(until: executor.now + .milliseconds(5))
          feed.yield(number + (await counter.add()))
        }
        feed.finish()
      }()
      var sum = 0
      for await number in stream { sum += number }
      await fed
      return sum
    }
    #expect(sum == 9 && executor.now == at(15))
  }

  @Test func callsComeInTheOrderOfTheirTimesUnlessCancelled() throws {
    let executor = VirtualExecutor()
    let told = Told()
    executor.schedule(at: at(3)) { told.add("3") }
    let cancelled = executor.schedule(at: at(2)) { told.add("2") }
    executor.schedule(at: at(1)) { told.add("1") }
    executor.schedule(at: at(3)) { told.add("3 again") }
    executor.cancel(cancelled)
    try executor.run { try await executor.sleep(until: Instant(nanoseconds: 4_000_000)) }
    #expect(told.words == ["1", "3", "3 again"])
  }

  @Test func aDeadlockIsToldWithWhatIsWaitedFor() {
    let executor = VirtualExecutor()
    do {
      try executor.run {
        try await executor.sleep(until: Instant(nanoseconds: 9))
        try await executor.waitForever("the boot of n2")
      }
      Issue.record("nothing was thrown")
    } catch {
      let deadlock = error as? VirtualDeadlock
      #expect(deadlock == VirtualDeadlock(at: Instant(nanoseconds: 9), waits: ["the boot of n2"]))
      #expect("\(error)".contains("the boot of n2"))
    }
  }

  @Test func errorsComeOut() {
    struct Wrong: Error {}
    #expect(throws: Wrong.self) { try VirtualExecutor().run { throw Wrong() } }
  }

  /// Whoever makes a task for it elsewhere enqueues from there.
  @Test func anotherThreadTraps() async {
    await #expect(processExitsWith: .failure) {
      let executor = VirtualExecutor()
      let thread = Thread { _ = Task(executorPreference: executor) {} }
      thread.start()
      while !thread.isFinished { try await Task.sleep(for: .milliseconds(5)) }
    }
  }
}

/// Words in the order in which they were said.
private final class Told: Sendable {
  private let said = Mutex<[String]>([])
  var words: [String] { said.withLock { $0 } }
  func add(_ word: String) { said.withLock { $0.append(word) } }
}
