package import Environment
import Glibc
import HeapModule
import Synchronization

/// Runs the jobs of tasks on the one thread that calls `run`, in the order in which they came; time
/// is virtual: when no job is ready, the next timer is due.
///
/// A run is a function of what is run: the same jobs in the same order in every process. What would
/// bring another thread in (`Task {}`, `Task.detached`, an actor with an executor of its own, and
/// whatever these resume) enqueues from there, which traps. Default actors, task groups,
/// `async let`, AsyncStream and Mutex stay on the thread.
///
/// `@unchecked Sendable`: everything is touched by the thread that made it only; `enqueue` checks.
package final class VirtualExecutor: TaskExecutor, @unchecked Sendable {
  /// More jobs than any run needs: beyond them something goes round in circles.
  package static let maximumJobs = 1_000_000_000

  private enum Wake {
    case task(CheckedContinuation<Void, any Error>)
    case call(() -> Void)
  }
  private struct Timer: Comparable {
    var at: Instant
    var number: UInt64

    static func < (lhs: Timer, rhs: Timer) -> Bool {
      (lhs.at, lhs.number) < (rhs.at, rhs.number)
    }
  }

  private let owner = pthread_self()
  private var ready: [UnownedJob] = []
  private var head = 0
  private var timers = Heap<Timer>()
  /// What a timer wakes, by its number; a timer that is not here was cancelled.
  private var wakes: [UInt64: Wake] = [:]
  /// What waits for ever, by number, in words.
  private var waits: [UInt64: String] = [:]
  private var number: UInt64 = 0
  /// The present instant; it moves only when nothing is ready.
  package private(set) var now = Instant.zero
  /// How many jobs have run.
  package private(set) var jobs = 0

  /// An executor at the origin of its time, for this thread.
  package init() {}

  /// Takes a job; traps on any other thread than the executor's own.
  package func enqueue(_ job: consuming ExecutorJob) {
    preconditionOnThread()
    ready.append(UnownedJob(job))
  }

  /// Traps on any other thread than the executor's own.
  func preconditionOnThread() {
    precondition(
      pthread_equal(owner, pthread_self()) != 0,
      "another thread came into a virtual run: a task or an executor of its own brought it")
  }

  /// Runs `body` to its end, in virtual time, and returns what it returns.
  ///
  /// Throws what it throws, and `VirtualDeadlock` if nothing could ever wake it again; its task is
  /// cancelled then, so that it may end.
  package func run<Value: Sendable>(
    _ body: @escaping @Sendable () async throws -> Value
  ) throws -> Value {
    let outcome = Outcome<Value>()
    let task = Task(executorPreference: self) {
      do {
        outcome.result = .success(try await body())
      } catch {
        outcome.result = .failure(error)
      }
    }
    var deadlock: VirtualDeadlock?
    while outcome.result == nil {
      if turn() { continue }
      precondition(
        deadlock == nil, "a virtual run that is stuck does not end when it is cancelled")
      deadlock = VirtualDeadlock(at: now, waits: waits.sorted { $0.key < $1.key }.map(\.value))
      task.cancel()
    }
    if let deadlock { throw deadlock }
    guard let result = outcome.result else { preconditionFailure("the loop ends with a result") }
    return try result.get()
  }

  /// Does the next thing there is; false if there is none.
  private func turn() -> Bool {
    if head < ready.count {
      let job = ready[head]
      head += 1
      if head == ready.count {
        ready.removeAll(keepingCapacity: true)
        head = 0
      }
      jobs += 1
      precondition(jobs < Self.maximumJobs, "a virtual run goes round in circles at \(now)")
      job.runSynchronously(on: asUnownedTaskExecutor())
      return true
    }
    while let timer = timers.popMin() {
      guard let wake = wakes.removeValue(forKey: timer.number) else { continue }
      now = max(now, timer.at)
      switch wake {
      case .task(let continuation): continuation.resume()
      case .call(let call): call()
      }
      return true
    }
    return false
  }

  /// Waits until an instant; throws CancellationError if the task is cancelled first.
  package func sleep(until deadline: Instant) async throws {
    let number = nextNumber()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation {
        (continuation: CheckedContinuation<Void, any Error>) in
        if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
        add(.task(continuation), number, at: deadline)
      }
    } onCancel: {
      cancel(number)
    }
  }

  /// Waits until the task is cancelled, which throws; a deadlock is told with these words.
  package func waitForever(_ what: String) async throws {
    let number = nextNumber()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation {
        (continuation: CheckedContinuation<Void, any Error>) in
        if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
        wakes[number] = .task(continuation)
        waits[number] = what
      }
    } onCancel: {
      cancel(number)
    }
  }

  /// Calls `call` at an instant, on the executor's thread; the number is for `cancel`.
  @discardableResult
  package func schedule(at instant: Instant, _ call: @escaping () -> Void) -> UInt64 {
    let number = nextNumber()
    add(.call(call), number, at: instant)
    return number
  }

  /// Forgets a timer; a task that waits for it is thrown a CancellationError.
  package func cancel(_ number: UInt64) {
    waits[number] = nil
    if case .task(let continuation)? = wakes.removeValue(forKey: number) {
      continuation.resume(throwing: CancellationError())
    }
  }

  private func add(_ wake: Wake, _ number: UInt64, at instant: Instant) {
    wakes[number] = wake
    timers.insert(Timer(at: max(now, instant), number: number))
  }

  private func nextNumber() -> UInt64 {
    number += 1
    return number
  }
}

/// Nothing could wake a virtual run any more.
package struct VirtualDeadlock: Error, Hashable, Sendable, CustomStringConvertible {
  /// When.
  package var at: Instant
  /// What was waited for that never comes, in the order in which the waits began.
  package var waits: [String]

  /// For people.
  package var description: String {
    let what = waits.isEmpty ? "something without a name" : waits.joined(separator: ", ")
    return "at \(at.nanoseconds) ns of virtual time everything waits for what never comes: \(what)"
  }
}

/// What a run came to.
private final class Outcome<Value: Sendable>: Sendable {
  private let state = Mutex<Result<Value, any Error>?>(nil)

  var result: Result<Value, any Error>? {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
