using ReelBallers.LocalCloud.TradingView;

namespace ReelBallers.LocalCloud.Control;

/// <summary>Shows who may use which script, as the page "Manage access" would.</summary>
internal static class TradingViewControl
{
    public static void Map(WebApplication app, AccessBook book) =>
        app.MapGet("/tradingview/access", () => new { access = book.List() });
}
