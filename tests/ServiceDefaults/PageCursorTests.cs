namespace ReelBallers.ServiceDefaults.Tests;

public class PageCursorTests
{
    [Fact]
    public void A_cursor_decodes_to_its_bytes()
    {
        byte[] bytes = [0, 1, 0x7F, 0x80, 0xFB, 0xFF, 2, 3, 4];
        var decoded = new byte[bytes.Length];
        Assert.True(PageCursor.TryDecode(PageCursor.Encode(bytes), decoded));
        Assert.Equal(bytes, decoded);
        Assert.DoesNotMatch("[^A-Za-z0-9_-]", PageCursor.Encode(bytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAA==")]
    [InlineData("AAAA AAAAAAA")]
    [InlineData(" AAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAA\0")]
    [InlineData("AAAAAAAAAAA+")]
    [InlineData("AAAAAAAAAAA!")]
    [InlineData("ééééééééé")]
    public void A_string_that_is_not_the_encoding_of_so_many_bytes_is_rejected(string text) =>
        Assert.False(PageCursor.TryDecode(text, new byte[9]));
}
