/// A set of numbers of which most lie close together: a bit each, in pages that exist only where
/// there is any.
struct SparseBits: Sendable {
  private static let pageBits: UInt64 = 12
  private static let wordsPerPage = 1 << Int(pageBits - 6)

  /// The first 64 numbers: all there are of queues, clients and sessions in most histories.
  private var low: UInt64 = 0
  private var places: [UInt64: Int] = [:]
  private var words: [UInt64] = []
  /// Pages that were asked for lately, and where their words begin.
  private var recent = Array(
    repeating: (page: UInt64.max, place: 0), count: Int(recentMask) + 1)
  private static let recentMask: UInt64 = 63

  /// Whether a number is in the set.
  @inline(__always)
  mutating func contains(_ number: UInt64) -> Bool {
    number < 64 ? low & Self.bit(number) != 0 : containsHigh(number)
  }

  private mutating func containsHigh(_ number: UInt64) -> Bool {
    guard let place = find(number >> Self.pageBits) else { return false }
    return words[place + Self.word(number)] & Self.bit(number) != 0
  }

  /// Adds a number; false if it was there.
  @inline(__always)
  mutating func insert(_ number: UInt64) -> Bool {
    set(number).isNew
  }

  /// Adds an odd number; whether that is new, and whether the number before it was there.
  @inline(__always)
  mutating func insert(odd number: UInt64) -> (isNew: Bool, isBehindOther: Bool) {
    set(number)
  }

  @inline(__always)
  private mutating func set(_ number: UInt64) -> (isNew: Bool, isBehindOther: Bool) {
    if number < 64 { return Self.set(number, in: &low) }
    let page = number >> Self.pageBits
    let place = (find(page) ?? add(page)) + Self.word(number)
    return Self.set(number, in: &words[place])
  }

  @inline(__always)
  private static func set(
    _ number: UInt64, in word: inout UInt64
  ) -> (isNew: Bool, isBehindOther: Bool) {
    let before = word
    word = before | bit(number)
    return (before & bit(number) == 0, before & bit(number) >> 1 != 0)
  }

  private mutating func add(_ page: UInt64) -> Int {
    let place = words.count
    places[page] = place
    words.append(contentsOf: repeatElement(0, count: Self.wordsPerPage))
    return place
  }

  @inline(__always)
  private mutating func find(_ page: UInt64) -> Int? {
    // The numbers of messages have those of their clients above those of the pages.
    let slot = Int((page ^ page >> 20) & Self.recentMask)
    if recent[slot].page == page { return recent[slot].place }
    guard let place = places[page] else { return nil }
    recent[slot] = (page, place)
    return place
  }

  private static func word(_ number: UInt64) -> Int {
    Int(number >> 6) & (wordsPerPage - 1)
  }

  private static func bit(_ number: UInt64) -> UInt64 { 1 << (number & 63) }
}
