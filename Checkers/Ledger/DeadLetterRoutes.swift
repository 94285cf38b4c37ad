import Harness
import Operations

/// From each queue the way that its messages take if they are dead-lettered again and again.
struct DeadLetterRoutes: Sendable {
  /// By place: the queue itself, where its dead letters go, and so on.
  private var paths: [[Int]]
  private var problem: CheckerFailure?

  /// The routes of a header; what is wrong with them is thrown by `validate`.
  init(_ index: HistoryIndex) {
    paths = index.header.queues.indices.map { [$0] }
    do throws(CheckerFailure) {
      for place in paths.indices { paths[place] = try Self.path(from: place, index) }
    } catch {
      problem = error
    }
  }

  /// The most queues that a message can be moved to, one after the other.
  var hops: Int { (paths.map(\.count).max() ?? 1) - 1 }

  /// The queues through which a message published to `queue` may pass, that one first.
  subscript(queue: Int) -> [Int] { paths[queue] }

  /// Whether a queue's dead letters go to another one.
  func hasTarget(_ queue: Int) -> Bool { paths[queue].count > 1 }

  /// The number of the hop that leads to a queue, from 1; nil if none does.
  func hop(from source: Int, to queue: Int) -> Int? {
    guard paths[source].count > 1 else { return nil }
    return paths[source].dropFirst().firstIndex(of: queue)
  }

  /// Throws what is wrong with the routes, if anything is.
  func validate() throws(CheckerFailure) {
    if let problem { throw problem }
  }

  private static func path(from place: Int, _ index: HistoryIndex) throws(CheckerFailure) -> [Int] {
    let queues = index.header.queues
    var path = [place]
    var last = place
    while let target = queues[last].deadLetters {
      last = try index.place(of: target)
      guard !path.contains(last) else {
        throw CheckerFailure(
          "the dead letters of \(queues[place].name) go round in a circle, so that nobody can tell "
            + "how often a message was moved")
      }
      path.append(last)
    }
    return path
  }
}
