using System.IO.Hashing;
using System.Text;

namespace ReelBallers.StandIns.Tests;

public sealed class XxHash64Tests
{
    // The test buffer of the reference implementation: 0, 1, 4, 14 and 222 are in its own sanity check; the others are what
    // its library (0.8.1) gives for as many bytes of the same buffer.
    [Theory]
    [InlineData(0, "EF46DB3751D8E999")]
    [InlineData(1, "E934A84ADB052768")]
    [InlineData(2, "5D48CD60A77E23FF")]
    [InlineData(3, "FF7E1959CB50794A")]
    [InlineData(4, "9136A0DCA57457EE")]
    [InlineData(5, "9B046FB1397F09A5")]
    [InlineData(7, "6C83909A9F01ED25")]
    [InlineData(8, "CDBCF538E71D1348")]
    [InlineData(9, "554B1AE991EDA6B6")]
    [InlineData(11, "6345D5746F35DA70")]
    [InlineData(12, "0723BF50086EAD9A")]
    [InlineData(14, "8282DCC4994E35C8")]
    [InlineData(15, "180719316D622D84")]
    [InlineData(16, "98C90B57FDFCB55C")]
    [InlineData(31, "299B39A290E6D783")]
    [InlineData(32, "18B216492BB44B70")]
    [InlineData(33, "55C8DC3E578F5B59")]
    [InlineData(35, "CB0AA8E2A7A29707")]
    [InlineData(36, "0AE67584084DC6A4")]
    [InlineData(39, "B888CAF07592B1B3")]
    [InlineData(40, "23B3810D7D8B1731")]
    [InlineData(63, "A9EFBE0FA0F3F4E7")]
    [InlineData(64, "EF558F8ACAC2B5CD")]
    [InlineData(65, "DE0F20DC2631AF7A")]
    [InlineData(100, "4BFE019CD91D9EA4")]
    [InlineData(127, "3C7A21119AA662B0")]
    [InlineData(222, "B641AE8CB691C174")]
    [InlineData(1000, "52BD1358F22E9EF7")]
    [InlineData(2367, "A82418DDEC0EA581")]
    public void The_reference_buffer_has_the_published_hash(int length, string expected) =>
        Assert.Equal(expected, Convert.ToHexString(XxHash64.Hash(ReferenceBuffer(length))));

    [Theory]
    [InlineData("a", "D24EC4F1A98C6E5B")]
    [InlineData("as", "1C330FB2D66BE179")]
    [InlineData("abc", "44BC2CF5AD770999")]
    [InlineData("asd", "631C37CE72A97393")]
    [InlineData("asdf", "415872F599CEA71E")]
    [InlineData("Call me Ishmael. Some years ago--never mind how long precisely-", "02A2E85470D6FD96")]
    public void A_text_has_the_published_hash(string text, string expected) =>
        Assert.Equal(expected, Convert.ToHexString(XxHash64.Hash(Encoding.ASCII.GetBytes(text))));

    [Fact]
    public void Null_is_refused() => Assert.Throws<ArgumentNullException>(() => XxHash64.Hash((byte[])null!));

    private static byte[] ReferenceBuffer(int length)
    {
        var state = 2654435761UL;
        var buffer = new byte[length];
        for (var index = 0; index < length; index++)
        {
            buffer[index] = (byte)(state >> 56);
            state = unchecked(state * 11400714785074694797UL);
        }

        return buffer;
    }
}
