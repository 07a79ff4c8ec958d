using Grpc.Core;
using ReelBallers.StandIns.Echo.V1;

namespace ReelBallers.StandIns.Tests.Grpc;

public sealed class MetadataTests
{
    [Fact]
    public async Task Text_and_bytes_pass_as_request_headers_response_headers_and_trailers()
    {
        await using var server = await EchoServer.StartAsync();
        var bytes = Enumerable.Range(0, 256).Select(number => (byte)number).ToArray();
        var sent = new Metadata { { "X-Text", "one, two; three=4" }, { "x-bytes-bin", bytes } };

        using var call = server.Client().SayAsync(new SayRequest(), sent);
        var headers = await call.ResponseHeadersAsync;
        await call;

        foreach (var received in new[] { headers, call.GetTrailers() })
        {
            Assert.Equal("one, two; three=4", received.GetValue("x-text"));
            Assert.Equal(bytes, received.GetValueBytes("x-bytes-bin"));
        }
    }

    [Fact]
    public void A_name_that_comes_twice_keeps_both_values_in_order()
    {
        var metadata = new Metadata { { "x-many-bin", [1] }, { "x-other", "text" }, { "x-many-bin", [2] } };

        Assert.Equal([[1], [2]], metadata.GetAll("X-Many-Bin").Select(entry => entry.ValueBytes));
        Assert.Equal([2], metadata.GetValueBytes("x-many-bin"));
    }

    [Fact]
    public void A_name_is_found_in_any_case_and_the_last_entry_counts()
    {
        var metadata = new Metadata { { "Balance-Cents", "1" }, { "balance-cents", "2" } };

        Assert.Equal("2", metadata.GetValue("BALANCE-CENTS"));
        Assert.Equal(["balance-cents", "balance-cents"], metadata.Select(entry => entry.Key));
        Assert.Null(metadata.GetValue("absent"));
        Assert.Null(metadata.GetValueBytes("absent-bin"));
    }

    [Fact]
    public void A_text_has_bytes_but_bytes_have_no_text()
    {
        var metadata = new Metadata { { "text", "abc" }, { "bytes-bin", [1, 2] } };

        Assert.Equal("abc"u8.ToArray(), metadata.GetValueBytes("text"));
        Assert.Throws<InvalidOperationException>(() => metadata.GetValue("bytes-bin"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("white space")]
    [InlineData("umlaut-ä")]
    [InlineData("colon:")]
    [InlineData("bytes-bin")]
    public void A_name_that_is_not_allowed_for_a_text_is_refused(string key) =>
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "text"));

    [Fact]
    public void Bytes_need_a_name_that_says_so() => Assert.Throws<ArgumentException>(() => new Metadata.Entry("bytes", new byte[1]));

    [Fact]
    public void Bytes_are_copied_in_and_out()
    {
        byte[] bytes = [1];
        var entry = new Metadata.Entry("bytes-bin", bytes);
        bytes[0] = 2;
        entry.ValueBytes[0] = 3;

        Assert.Equal([1], entry.ValueBytes);
    }

    [Fact]
    public void Nothing_can_be_added_to_the_shared_empty_metadata()
    {
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("key", "value"));
        Assert.Throws<InvalidOperationException>(() => new RpcException(Status.DefaultCancelled).Trailers.Clear());
        Assert.Empty(Metadata.Empty);
    }
}
