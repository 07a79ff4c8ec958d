using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>The Wallet's own audit of all wallets and of the sums over them, by gRPC as a service calls it.</summary>
internal static class LedgerAudit
{
    // A gRPC message: not compressed, without a byte: every wallet.
    private static readonly byte[] EveryWallet = [0, 0, 0, 0, 0];

    public static async Task AssertCleanAsync(Stack stack)
    {
        using var client = new HttpClient { BaseAddress = stack.Wallet };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/reelballers.wallet.v1.WalletService/Audit")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(EveryWallet) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.Add("x-internal-credential", stack.Parameter("internal-credential"));
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using var answer = await client.SendAsync(request);
        var findings = await answer.Content.ReadAsByteArrayAsync();
        // An answer without a message has its status among the headers.
        var status = answer.TrailingHeaders.Concat(answer.Headers).FirstOrDefault(header => header.Key == "grpc-status").Value?.Single();
        Assert.True(status == "0" && findings.Length == 0,
            $"{answer.StatusCode}, grpc-status {status}: {Encoding.UTF8.GetString(findings)}");
    }
}
