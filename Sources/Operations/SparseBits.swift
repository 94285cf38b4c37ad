/// A set of numbers of which most lie close together: a bit each, in pages that exist only where
/// there is any.
struct SparseBits: Sendable {
  private static let pageBits: UInt64 = 12
  private static let wordsPerPage = 1 << Int(pageBits - 6)

  private var places: [UInt64: Int] = [:]
  private var words: [UInt64] = []
  /// The page that was asked for last, and where its words begin.
  private var lastPage = UInt64.max
  private var lastPlace = 0

  /// Whether a number is in the set.
  mutating func contains(_ number: UInt64) -> Bool {
    guard find(number >> Self.pageBits) else { return false }
    return words[lastPlace + Self.word(number)] & Self.bit(number) != 0
  }

  /// Adds a number; false if it was there.
  mutating func insert(_ number: UInt64) -> Bool {
    let page = number >> Self.pageBits
    if !find(page) {
      (lastPage, lastPlace) = (page, words.count)
      places[page] = lastPlace
      words.append(contentsOf: repeatElement(0, count: Self.wordsPerPage))
    }
    let place = lastPlace + Self.word(number)
    let isNew = words[place] & Self.bit(number) == 0
    words[place] |= Self.bit(number)
    return isNew
  }

  private mutating func find(_ page: UInt64) -> Bool {
    if page == lastPage { return true }
    guard let place = places[page] else { return false }
    (lastPage, lastPlace) = (page, place)
    return true
  }

  private static func word(_ number: UInt64) -> Int {
    Int(number >> 6) & (wordsPerPage - 1)
  }

  private static func bit(_ number: UInt64) -> UInt64 { 1 << (number & 63) }
}
