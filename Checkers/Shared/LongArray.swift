/// Arrays that may grow to millions of elements.
///
/// A long one gets four times its room when that is full, up to a quarter of a gigabyte. Room that
/// is never used is never touched and takes address space alone (unless the system gives out huge
/// pages unasked), while every growth copies all and touches as much memory again.
extension Array {
  /// From so many elements on the room grows fourfold.
  private static var long: Int { 1 << 14 }
  /// From so many on no longer.
  private static var veryLong: Int { (1 << 28) / Swift.max(1, MemoryLayout<Element>.stride) }

  /// Appends an element.
  @inline(__always)
  mutating func appendToLong(_ element: Element) {
    if count == capacity { growLong() }
    append(element)
  }

  /// Appends an element so many times.
  mutating func appendToLong(_ element: Element, times: Int) {
    if count + times > capacity { growLong() }
    append(contentsOf: repeatElement(element, count: times))
  }

  private mutating func growLong() {
    if count >= Self.long, count < Self.veryLong { reserveCapacity(4 * count) }
  }
}
