using Grpc.Core;

namespace ReelBallers.ServiceDefaults.Tests;

public sealed class OutagesTests
{
    [Fact]
    public void A_connection_that_was_lost_is_an_outage_and_an_internal_error_of_the_service_is_a_bug()
    {
        Assert.True(Outages.IsOutage(Internal(new HttpProtocolException(0, "The connection was aborted.", null))));
        Assert.True(Outages.IsOutage(Internal(new HttpRequestException("Lost."))));
        Assert.False(Outages.IsOutage(Internal(null)));
        Assert.False(Outages.IsOutage(Internal(new InvalidOperationException("A bug."))));
    }

    private static RpcException Internal(Exception? cause) => new(new Status(StatusCode.Internal, "", cause));
}
