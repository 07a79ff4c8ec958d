using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace ReelBallers.Gateway.Tests;

public sealed class RequestBodyTests
{
    [Fact]
    public async Task A_connection_to_a_service_that_ends_before_the_body_is_sent_is_not_the_clients_error()
    {
        using var connections = new EndingConnections();
        await using var gateway = await TestGateway.StartAsync(services => services.AddSingleton<IForwarderHttpClientFactory>(connections));
        await gateway.UseSessionAsync();
        using var answer = await gateway.Client.PostAsJsonAsync("/api/debit", new { job_id = "job", cost_cents = 1 });
        Assert.Equal(1, connections.Ended);
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal("service_unavailable", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    /// <summary>As over HTTP/2: the body's token is cancelled when the connection ends, here between headers and body.</summary>
    private sealed class EndingConnections : HttpMessageHandler, IForwarderHttpClientFactory
    {
        public int Ended { get; private set; }

        public HttpMessageInvoker CreateClient(ForwarderHttpClientContext context) => new(this, disposeHandler: false);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            using var connection = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            try
            {
                await request.Content!.CopyToAsync(new EndingStream(connection), connection.Token);
            }
            catch (HttpRequestException)
            {
                // How YARP says that the body is incomplete.
            }
            Ended += connection.IsCancellationRequested ? 1 : 0;
            throw new HttpRequestException("The connection ended.");
        }
    }

    private sealed class EndingStream(CancellationTokenSource connection) : MemoryStream
    {
        public override Task FlushAsync(CancellationToken cancellationToken) => connection.CancelAsync();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
