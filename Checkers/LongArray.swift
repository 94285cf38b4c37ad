/// Arrays that may grow to millions of elements.
///
/// A long one gets four times its room when that is full. Room that is never used is never touched
/// and takes address space alone, while every growth copies all and touches as much memory again.
extension Array where Element: BitwiseCopyable {
  /// From so many elements on the room grows fourfold.
  private static var long: Int { 1 << 14 }

  /// Appends an element.
  @inline(__always)
  mutating func appendToLong(_ element: Element) {
    if count == capacity, count >= Self.long { reserveCapacity(4 * count) }
    append(element)
  }

  /// Appends an element so many times.
  mutating func appendToLong(_ element: Element, times: Int) {
    if count + times > capacity, count >= Self.long { reserveCapacity(4 * count + times) }
    append(contentsOf: repeatElement(element, count: times))
  }
}
