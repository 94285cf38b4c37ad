package import Harness
package import Operations

/// The queues and clients of a history's header by number, so that events find theirs at once.
package struct HistoryIndex: Sendable {
  /// The most queues, and the most clients, that a checker accepts; more means a broken header.
  package static let maximumIdentifiers = 65_535

  /// Session numbers are below this: checkers find sessions by number, in memory that grows with
  /// the highest.
  package static let maximumSession = 1 << 20

  /// The header itself.
  package let header: HistoryHeader
  private var queuePlaces: [UInt16?] = []
  private var clientPlaces: [UInt16?] = []
  private var problem: CheckerFailure?
  /// The queues to which the dead letters of another one go.
  private let letterQueues: Set<QueueID>

  /// An index; what is wrong with the header is thrown by the first look-up.
  package init(header: HistoryHeader) {
    self.header = header
    letterQueues = Set(
      header.queues.compactMap { queue in queue.deadLetters.flatMap { $0 == queue.id ? nil : $0 } })
    do throws(CheckerFailure) {
      queuePlaces = try Self.places(of: header.queues.map(\.id.rawValue), kind: "queue")
      clientPlaces = try Self.places(of: header.clients.map(\.id.rawValue), kind: "client")
    } catch {
      problem = error
    }
  }

  /// How many queues there are.
  package var queueCount: Int { header.queues.count }

  /// One more than the highest client number.
  package var clientBound: Int { clientPlaces.count }

  /// Whether dead letters of another queue come into this one.
  package func receivesDeadLetters(_ queue: QueueID) -> Bool { letterQueues.contains(queue) }

  /// The place of a queue in the header.
  package func place(of queue: QueueID) throws(CheckerFailure) -> Int {
    if let problem { throw problem }
    guard queue.rawValue < queuePlaces.count, let place = queuePlaces[Int(queue.rawValue)] else {
      throw CheckerFailure("an event names queue \(queue), which the header does not list")
    }
    return Int(place)
  }

  /// A client of the header, or nil.
  package func client(_ id: ClientID) -> ClientDescription? {
    guard id.rawValue < clientPlaces.count, let place = clientPlaces[Int(id.rawValue)] else {
      return nil
    }
    return header.clients[Int(place)]
  }

  /// Throws what is wrong with the header, if anything is.
  package func validate() throws(CheckerFailure) {
    if let problem { throw problem }
  }

  private static func places(
    of ids: [UInt32], kind: String
  ) throws(CheckerFailure) -> [UInt16?] {
    var places: [UInt16?] = []
    for (place, id) in ids.enumerated() {
      guard id < maximumIdentifiers, place < maximumIdentifiers else {
        throw CheckerFailure("the header's \(kind) number \(id) is too high")
      }
      let missing = Int(id) + 1 - places.count
      if missing > 0 { places.append(contentsOf: repeatElement(nil, count: missing)) }
      guard places[Int(id)] == nil else {
        throw CheckerFailure("the header lists \(kind) \(id) twice")
      }
      places[Int(id)] = UInt16(place)
    }
    return places
  }
}
