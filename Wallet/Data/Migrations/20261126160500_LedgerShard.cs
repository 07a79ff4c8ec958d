using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Wallet.Data.Migrations
{
    /// <inheritdoc />
    public partial class LedgerShard : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(ShardTable);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE ledger_shard;");
        }
    }
}
