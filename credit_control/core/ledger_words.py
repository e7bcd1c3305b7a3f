"""The words of receivables ledgers: what other systems and people call their columns.

Data, and nothing else. A field has words by language, the most telling first, between
bars; ``tables`` are names out of the systems' tables, the same in every language. They
were read in public code, manuals and samples of the systems named. Words are compared
without case, blanks, accents and ``_ - . ' # :``; brackets are part of them.

A word may stand for two fields ("Customer": a number or a name; "Due": a day or an
amount): which it is shows the rest of the header, or what stands below it.
"""

# field: {language or system: words}
COLUMN_WORDS = {
    "customer": {
        "en": "Customer Number | Customer No | Customer Code | Contact Account Number"
        " | Customer ID | Cust Number | Cust No | Cust ID | Client ID"
        " | Client Number | Client No"
        " | Account Ref | Account Number | Account No | Account Code | Partner Code"
        " | Partner Ref | Debtor No | Debtor Number | Sold-to party | Debtor | Customer"
        " | Client | Partner | Party | Bill To | Account",
        # DATEV, SAP, Dynamics
        "de": "Kundennummer | Kunden-Nr | Kunden-ID | Debitorennr"
        " | Debitorennummer | Personenkonto | Debitor | Konto",
        "nl": "Debiteurnummer | Klantnummer | Debiteur | Klant | Rekening",  # Exact
        "fr": "Code client | Numéro client | N° client | Compte",
        "es": "Código de cliente | Código cliente | Número de cliente",
        "it": "Codice cliente",
        "pt": "Código do cliente",
        "pl": "Kod klienta | Numer klienta",
        "ja": "取引先コード | 顧客コード | 得意先コード",
        # Kingdee 往来单位编码, Yonyou 对账对象编码, 管家婆 单位编号
        "zh": "客户编号 | 客户编码 | 客户代码 | 客户号 | 往来单位编码 | 单位编号"
        " | 单位代码"
        " | 对账对象编码 | 客商编号 | 客商编码 | 客户 | 往来单位",
        "zh_Hant": "客戶編號 | 客戶代號 | 客戶代碼 | 交易對象",
        "tables": "KUNNR | cDwCode | RelCode",  # SAP, Yonyou U8, e-Boekhouden
    },
    "name": {
        "en": "Customer Name | Client Name | Customer Full Name | Name Customer"
        " | Contact Name | Account Name | Partner Name | Company Name | Debtor Name"
        " | Party's Name | Party Name | Bill To Name | Bill To"
        " | Invoice Partner Display Name | Contact | Name | Customer | Client | Partner"
        " | Party",
        "de": "Kundenname | Kontaktname | Firmenname | Debitorenname | Kunde | Firma"
        " | Anzeigename des Rechnungspartners | Beschriftung",
        "nl": "Klantnaam | Naam | Klant | Weergavenaam factuur van partner",
        "fr": "Nom du client | Nom client | Client | Partenaire"
        " | Nom d'affichage du partenaire de la facture",
        "es": "Nombre del cliente | Cliente | Empresa"
        " | Nombre de la empresa a mostrar en la factura",
        "it": "Nome cliente | Ragione sociale | Cliente"
        " | Nome visualizzato partner fattura",
        "pt": "Nome do cliente | Cliente | Parceiro | Nome do Parceiro da Fatura",
        "pl": "Nazwa klienta | Kontrahent | Klient"
        " | Nazwa wyświetlana partnera faktury",
        "ja": "取引先名 | 顧客名 | 得意先名 | 取引先 | 顧客 | 得意先"
        " | 請求取引先の表示名",
        "zh": "客户名称 | 客户名 | 往来单位名称 | 往来单位全名 | 单位全名 | 单位名称"
        " | 对账对象名称 | 公司名称 | 客商名称 | 名称 | 客户 | 往来单位 | 合作伙伴"
        " | 发票合作伙伴显示名称",
        "zh_Hant": "客戶名稱 | 客戶簡稱 | 客戶 | 業務夥伴 | 應收憑單合作夥伴顯示名稱",
        # Odoo, e-Boekhouden
        "tables": "invoice_partner_display_name | RelBedrijf",
    },
    "invoice": {
        "en": "Invoice Number | Invoice No | Invoice ID | Invoice Ref | Invoice"
        " | Document Number | Document No | Doc No | Doc ID | Billing Document"
        " | Voucher No | Bill No | Journal Entry | Num | Number | Ref No"
        " | Transaction Number | Reference | Ref | No",
        "de": "Rechnungsnummer | Rechnungsnr | Rechnung | Belegnummer | Belegnr"
        " | Belegfeld 1 | OP-Nr | Rg-Nr | Nummer | Nr | Referenz",
        "nl": "Factuurnummer | Factuurnr | Factuur | Documentnummer | Nummer",
        "fr": "Numéro de facture | N° facture | Facture | Numéro de document | Numéro"
        " | Pièce",
        "es": "Número de factura | N° factura | Factura | Número de documento | Número",
        "it": "Numero fattura | Fattura | Numero documento | Numero",
        "pt": "Número da fatura | Fatura | Número do documento | Número",
        "pl": "Numer faktury | Faktura | Numer dokumentu | Numer",
        "ja": "請求書番号 | 請求番号 | 伝票番号 | 番号",
        "zh": "发票号码 | 发票号 | 发票编号 | 单据编号 | 单据号 | 单据号码 | 应收单号"
        " | 业务单号"
        " | 凭证编号 | 凭证号 | 凭证字号 | 发票 | 数量",  # 数量: Odoo's word for Number
        "zh_Hant": "發票號碼 | 發票號 | 交易單號 | 銷售單憑證 | 單據編號 | 號碼",
        "tables": "BELNR | cVouchID | MutFactuur | name",  # name: Odoo
    },
    "reference": {
        "en": "Customer Reference | External Document No | Your Reference | PO Number"
        " | PO No | PO | Purchase Order | Customer LPO | Second Reference"
        " | Invoice Reference | Payment Reference | Reference | Assignment",
        "de": "Kundenreferenz | Externe Belegnummer | Ihr Zeichen | Bestellnummer"
        " | Zahlungsreferenz | Referenz | Zuordnung",
        "nl": "Referentie klant | Referentie | Toewijzing",
        "fr": "Référence client | Référence | Affectation",
        "es": "Referencia del cliente | Referencia",
        "it": "Riferimento cliente | Riferimento",
        "pt": "Referência",
        "pl": "Odnośnik",
        "ja": "顧客参照 | 参照",
        "zh": "客户参考号 | 客户订单号 | 采购订单号 | 合同号 | 参考",
        "zh_Hant": "客戶參照 | 編號",
        "tables": "XBLNR | ZUONR",
    },
    "date": {
        "en": "Invoice Date | Invoice/Bill Date | Date of invoice | Billing Date"
        " | Bill Date | Issue Date | Document Date | Doc Date | Transaction Date"
        " | Journal Entry Date | Document Create Date | Posting Date | Voucher Date"
        " | Date",
        "de": "Rechnungsdatum | Ein-/Ausgangsrechnungsdatum | Belegdatum"
        " | Buchungsdatum"
        " | Datum",
        "nl": "Factuurdatum | Boekingsdatum | MutDatum | Datum",
        "fr": "Date de facturation | Date de facture | Date facture"
        " | Date de comptabilisation | Date",
        "es": "Fecha de factura | Fecha factura | Fecha",
        "it": "Data fattura | Data documento | Data",
        "pt": "Data da fatura | Data da Fatura/Conta | Data",
        "pl": "Data faktury | Data wystawienia | Data",
        "ja": "請求日 | 請求書日付 | 発行日 | 日付",
        "zh": "开票日期 | 发票日期 | 发票/账单日期 | 单据日期 | 业务日期 | 凭证日期"
        " | 日期",
        "zh_Hant": "發票日期 | 發票/賬單日期 | 帳款日期 | 交易日期 | 日期",
        "tables": "BLDAT | BUDAT",
    },
    "due": {
        "en": "Due Date | Net Due Date | Due in Date | Date Due | Due On"
        " | Maturity Date"
        " | Date Maturity | Invoice Date Due | Maturity | Payable Until | Due",
        "de": "Fälligkeitsdatum | Nettofälligkeitsdatum | Nettofälligkeit | Fälligkeit"
        " | Fällig am | Fällig | Belegfeld 2",
        "nl": "Vervaldatum | Netto vervaldatum",
        "fr": "Date d'échéance | Date d'échéance nette | Échéance",
        "es": "Fecha de vencimiento | Vencimiento",
        "it": "Data scadenza | Scadenza",
        "pt": "Data de vencimento | Vencimento",
        "pl": "Termin płatności",
        "ja": "支払期日 | 支払期限 | 期日",
        "zh": "到期日 | 到期日期 | 净到期日 | 净价到期日 | 付款到期日 | 应付日期"
        " | 应收日期",
        "zh_Hant": "到期日 | 到期日期 | 應收日期",
        "tables": "NETDT | FAEDT",
    },
    # The day it was paid
    "settled": {
        "en": "Settled Date | Settlement Date | Settled On | Settled | Clearing Date"
        " | Cleared Date | Clear Date | Closed at Date | Fully Paid On Date"
        " | Fully Paid On | Paid Date | Date Paid | Paid On | Last Payment Date"
        " | Payment Date | Paid",
        "de": "Ausgleichsdatum | Bezahlt am | Zahldatum | Zahlungsdatum | Bezahlt",
        "nl": "Betaaldatum | Betaald op",
        "fr": "Date de règlement | Date de paiement | Date de rapprochement",
        "es": "Fecha de pago",
        "it": "Data pagamento | Data di pagamento",
        "pt": "Data de pagamento",
        "pl": "Data zapłaty",
        "ja": "入金日 | 消込日",
        "zh": "结清日期 | 核销日期 | 核销完成日期 | 清帐日期 | 收款日期 | 回款日期"
        " | 付款日期",
        "zh_Hant": "結清日期 | 收款日期",
        "tables": "AUGDT",
    },
    "open": {
        "en": "Open Balance | Outstanding Amount | Amount Outstanding | Open Amount"
        " | Outstanding Balance | Remaining Amount | Pending Amount | Balance Due"
        " | Invoice Amount Due | Amount Due | Amount Open | Unpaid Amount | Outstanding"
        " | Residual in Currency | Residual Amount Currency | Unpaid | Open"
        " | Remaining | Due | Balance",
        "de": "Offener Betrag | Offener Posten | Restbetrag | Offen | Saldo | Fällig",
        "nl": "Openstaand bedrag | Openstaand | Restbedrag | Saldo",
        "fr": "Montant dû | Montant restant dû | Reste à payer | Solde",
        "es": "Importe adeudado | Importe pendiente | Saldo pendiente | Pendiente"
        " | Saldo",
        "it": "Importo dovuto | Importo residuo | Residuo | Saldo",
        "pt": "Valor em dívida | Valor residual | Em aberto | Saldo",
        "pl": "Kwota pozostała | Kwota należna | Należność | Pozostało",
        "ja": "請求残高 | 未入金額 | 未回収額 | 残高",
        "zh": "未收金额 | 未核销金额 | 未核销余额 | 未收款金额 | 尚未收款金额(原币)"
        " | 尚未收款金额 | 未回款金额 | 未回款 | 未付金额 | 借方-未结-金额 | 未结-金额"
        " | 欠款金额"
        " | 欠款 | 应收余额 | 未收 | 期末余额 | 余额",
        "zh_Hant": "未收金額 | 未收付金額 | 帳面未收餘額 | 未收 | 餘額",
        "tables": "amount_residual_currency | OUTSTANDING",
    },
    # What is open, in the currency of the books
    "local_open": {
        "en": "Remaining Amt (LCY) | Remaining Amount (LCY) | Amount Due Signed"
        " | Residual Amount | Residual",
        "de": "Restbetrag (MW) | Fälliger Betrag unterzeichnet | Fälliger Betrag",
        "fr": "Montant dû signé | Montant résiduel",
        "es": "Importe adeudado firmado | Importe residual",
        "it": "Importo dovuto con segno",
        "pt": "Valor em Dívida com Sinal",
        "pl": "Kwota należna podpisana",
        "ja": "請求残高(±) | 残額",
        "zh": "尚未收款金额(本位币) | 已签字的到期金额 | 剩余金额 | 本币余额",
        "zh_Hant": "到期金額，有正負號 | 殘值金額",
        "tables": "amount_residual_signed | amount_residual",
    },
    "paid": {
        "en": "Paid Amount | Amount Paid | Invoice Amount Paid | Received Amount"
        " | Amount Received | Payments | Received | Paid | Credited",
        "de": "Bezahlt | Gezahlt | Bezahlter Betrag | Zahlung",
        "nl": "Voldaan | Betaald | Betaald bedrag",
        "fr": "Montant payé | Payé | Réglé",
        "es": "Importe pagado | Pagado",
        "it": "Importo pagato | Pagato",
        "pt": "Valor pago | Pago",
        "pl": "Zapłacono",
        "ja": "入金額 | 入金済額",
        "zh": "已收金额 | 已付金额 | 已核销金额 | 已核销 | 已收款 | 已收款金额"
        " | 已回款金额"
        " | 已回款 | 回款金额 | 收款金额 | 借方-已结-金额 | 已结-金额 | 本期实收"
        " | 已收",
        "zh_Hant": "已收金額 | 已收付金額 | 已收",
    },
    # Taken off by credit notes (ERPNext)
    "credited": {"en": "Credit Note | Credit Notes | Amount Credited"},
    "debit": {
        "en": "Debit | Debit Amount",
        "de": "Sollbetrag | Soll | Umsatz Soll",
        "nl": "Debet",
        "fr": "Débit",
        "es": "Debe | Débito",
        "it": "Dare",
        "pt": "Débito",
        "pl": "Debet | Winien | Wn",
        "ja": "借方",
        "zh": "借方金额 | 借方-发生-金额 | 借方 | 本期应收 | 应收增加",
        "zh_Hant": "借方金額 | 借方",
        "tables": "iDAmount_f",
    },
    "credit": {
        "en": "Credit | Credit Amount",
        "de": "Habenbetrag | Haben | Umsatz Haben",
        "nl": "Credit",
        "fr": "Crédit",
        "es": "Haber | Crédito",
        "it": "Avere",
        "pt": "Crédito",
        "pl": "Kredyt | Ma",
        "ja": "貸方",
        "zh": "贷方金额 | 贷方-发生-金额 | 贷方 | 本期收款 | 本期收回 | 应收减少",
        "zh_Hant": "貸方金額 | 貸方",
        "tables": "iCAmount_f",
    },
    "amount": {
        "en": "Invoice Amount | Invoice Total | Invoiced Amount | Original Amount"
        " | Opening Amount | Gross Amount | Total in Currency Signed"
        " | Amount in doc. curr. | Amount in Document Currency | Total Open Amount"
        " | Total Amount | Amount Total | Document Value | Gross Total | In Currency"
        " | Amount Currency | Amount | Total | Sum | Value | Invoice Grand Total",
        "de": "Rechnungsbetrag | Ursprungsbetrag | Bruttosumme | Bruttobetrag"
        " | Insgesamt in Währung unterzeichnet | Brutto | Betrag | Gesamtbetrag"
        " | Gesamt | Summe | Umsatz",
        "nl": "Factuurbedrag | Totaal in valuta | Bedrag | Totaal",
        "fr": "Montant facturé | Total signé en devises | Montant TTC | Montant"
        " | Total",
        "es": "Importe total | Total con signo en moneda | Importe | Total",
        "it": "Importo fattura | Totale firmato in valuta | Importo | Totale",
        "pt": "Valor da fatura | Total na moeda sinalizada | Valor | Total",
        "pl": "Kwota faktury | Razem w walucie podpisane | Kwota | Razem",
        "ja": "請求金額 | 請求額 | 取引通貨合計(±) | 合計金額 | 合計 | 金額",
        "zh": "应收金额 | 发票金额 | 价税合计 | 含税金额 | 单据金额 | 原币金额"
        " | 金额(原币)"
        " | 已签字的外币总计 | 金额 | 总计",
        "zh_Hant": "應收金額 | 發票金額 | 總額 | 總計金額 | 原幣總計金額 | 收據金額"
        " | 已簽署幣別總額 | 金額 | 總計",
        "tables": "amount_total_in_currency_signed | WRSHB | WRBTR | Bedrag | AmountDC",
    },
    # The amount, in the currency of the books
    "local_amount": {
        "en": "Amount (LCY) | Original Amount (LCY) | Original Amt (LCY)"
        " | Amount in local currency | Amount (CoCd Crcy) | Total Signed",
        "de": "Betrag (MW) | Ursprungsbetrag (MW) | Betrag in Hauswährung"
        " | Ingesamt unterzeichnet | Insgesamt unterzeichnet",
        "nl": "Bedrag in lokale valuta | Totaal",
        "fr": "Montant en devise locale | Total signé",
        "es": "Total con signo",
        "it": "Totale con segno",
        "pt": "Total sinalizado",
        "pl": "Razem podpisane",
        "ja": "合計(±)",
        "zh": "本币金额 | 金额(本位币) | 金额(本币) | 组织本币价税合计 | 已签字总计",
        "zh_Hant": "本幣金額 | 總計簽署",
        "tables": "amount_total_signed | DMSHB | DMBTR",
    },
    "currency": {
        "en": "Document Currency | Currency Code | Invoice Currency | Currency | Curr"
        " | Ccy",
        "de": "Belegwährung | Währungscode | Währung | WKZ Umsatz",
        "nl": "Valuta | Muntsoort",
        "fr": "Devise",
        "es": "Moneda | Divisa",
        "it": "Valuta",
        "pt": "Moeda",
        "pl": "Waluta",
        "ja": "通貨",
        "zh": "币别(原币) | 币别 | 币种 | 货币 | 原币",
        "zh_Hant": "幣別 | 貨幣",
        "tables": "WAERS | currency_id",
    },
    "local_currency": {
        "en": "Local Currency | Company Currency",
        "de": "Hauswährung",
        "zh": "币别(本位币) | 本位币",
    },
    "kind": {
        "en": "Document Type | Transaction Type | Voucher Type | Invoice Type"
        " | Journal Entry Type | Party Type | Ledger | AR/AP | Type",
        "de": "Belegart | Buchungsart | Art | Typ",
        "nl": "Documentsoort | Soort",
        "fr": "Type de document | Type de pièce",
        "es": "Tipo de documento | Tipo",
        "it": "Tipo documento | Tipologia | Tipo",
        "pt": "Tipo",
        "pl": "Typ dokumentu | Typ",
        "ja": "伝票種類 | タイプ",
        "zh": "单据类型 | 应收类型 | 款项性质 | 往来类型 | 类型",
        "zh_Hant": "單據類別 | 單據類型 | 類型",
        "tables": "BLART | move_type | cVouchType",
    },
    "side": {
        "en": "Debit/Credit ind | Debit/Credit | Dr/Cr | DC | D/C",
        "de": "Soll/Haben-Kennz | Soll/Haben-Kennzeichen | Soll/Haben | S/H",
        "zh": "借贷方向 | 借贷 | 方向",
        "tables": "SHKZG",
    },
    "status": {
        "en": "Invoice Status | Payment Status | Status In Payment | Clearing Status"
        " | Status | Payment State | State",
        "de": "Zahlungsstatus | Status „In Zahlung“ | Status",
        "nl": "Status betaling | Status In betaling",
        "fr": "Statut du paiement | Statut en cours de paiement | Statut",
        "es": "Estado de pago | Estado en pago | Estado",
        "it": "Stato pagamento | Stato in pagamento | Stato",
        "pt": "Estado do Pagamento | Estado",
        "pl": "Status płatności | Status w płatności",
        "ja": "支払状況 | 支払処理中ステータス",
        "zh": "收款状态 | 付款状态 | 核销状态 | 回款状态 | 状态",
        "zh_Hant": "收款狀態 | 付款狀態 | 狀態",
    },
    # Yes or no: it is open, it is paid
    "is_open": {"en": "Is Open | Open", "de": "Offen", "nl": "Openstaand"},
    "is_paid": {
        "en": "Is Fully Paid | Is Paid | Fully Paid | Paid | Settled | Closed",
        "de": "Bezahlt | Erledigt",
        "nl": "Betaald",
        "zh": "已收款 | 是否结清",
    },
}

# Of a supplier's ledger: then it is not known who owes whom
PAYABLE_WORDS = (
    "Vendor | Vendor Name | Vendor No | Supplier | Supplier Name | Supplier No"
    " | Kreditor"
    " | Kreditorennr | Lieferant | Lieferantenname | Leverancier | Fournisseur"
    " | Proveedor"
    " | Fornitore | Fornecedor | Dostawca | 供应商 | 供应商名称 | 供应商编码 | 供應商"
)

# What was sold: such a file has a line for each item of an invoice
ITEM_WORDS = (
    "Description | Line Amount | Unit Amount | Quantity | Product | SKU"
    " | Inventory Item"
    " | 商品名称 | 品名 | 单价 | 规格型号"
)

# A customer's account, or one of the chart of accounts
ACCOUNT_WORDS = "Account | Account No | Account Number | Account Code | Konto | Compte"

# What is open of a line, or of all lines up to it
BALANCE_WORDS = (
    "Balance | Saldo | Solde | 余额 | 期末余额 | 应收余额 | 餘額 | 残高 | Open Balance"
)

# A payment's date: SAP means the day that is planned, most others the day it came
PLANNED_WORDS = "Payment Date | Zahlungsdatum | 付款日期"
SAP_WORDS = (
    "Net due date | Nettofälligkeit | Arrears after net due date | Baseline Payment Dte"
    " | Payment Block | Buchungsschlüssel | Terms of Payment"
)

# Neither an amount owed nor a day that counts, whatever such columns are called
BESIDE_WORDS = (
    "Tax | Tax Total | Tax Amount | VAT | Net | Net Amount | Sub Total | Untaxed Amount"
    " | Untaxed Amount Signed Currency | Outstanding Tax | Exchange Rate | Rate | Age"
    " | Age (Days) | Aging | Arrears | Arrears after net due date | Days Late"
    " | Days Overdue | Overdue | Overdue by days | Net due date symbol | Line Amount"
    " | Unit Amount | Quantity | Discount | Credit Limit | Credit Days | Credit Period"
    " | Payment Days | Currency Rate | Pmt Discount Date"
    " | Payment Terms | Payment Term | Terms | Terms of Payment | Cust Payment Terms"
    " | Payment Terms Label | Payment Block | Expected Date | Expected Payment Date"
    " | Planned Date | Clearing Document | Closed by Entry No | Entry No"
    " | Baseline Payment Dte | Invoice Grand Total | Tage überfällig | Überfällig"
    " | Mahnstufe | MwSt | Netto | Nettosumme | Gegenkonto | Zahlungsbedingung"
    " | Zahlungsbedingungen | Zahlungsziel | Skonto | 逾期天数 | 账龄 | 账期 | 税额"
    " | 不含税金额 | 序号 | 行号 | 付款条件 | 付款条款 | 期初余额 | 期初应收 | 預收餘額"
    " | 已签外币未税金额 | VERZN | ZTERM | ZFBDT | AUGBL | WMWST | item price"
    " | item total"
)

# The parts of a word that say that it is about money owed or paid: ask, never drop
MONEY_PARTS = (
    "paid | payment | open | balance | outstanding | unpaid | currency | debit | credit"
    " | residual | owed | bezahl | offen | saldo | währung | soll | haben | betaald"
    " | openstaand | valuta | payé | devise | solde | pagad | pagat | moneda | saldo"
    " | 已付 | 已收 | 未收 | 未付 | 余额 | 餘額 | 币 | 幣 | 借方 | 贷方 | 貸方 | 回款"
    " | 核销"
    " | 入金 | 残 | 通貨"
)

# What a line is
KIND_WORDS = {
    "invoice": "Invoice | INV | RV | DR | SI | ACCREC | AR | Sales Invoice | Receivable"
    " | Customer Invoice | Tax Invoice | Debit Note | Finance Charge Memo | Reminder"
    " | Opening Balance | Customer | out_invoice | Rechnung | Kundenrechnung"
    " | Forderung"
    " | Debitor | Factuur | Verkoopfactuur | Facture | Facture client | Factura"
    " | Factura de cliente | Fattura | Fattura cliente | Fatura | Faktura | 顧客請求書"
    " | 应收单 | 发票 | 客户发票 | 普通销售 | 销售发票 | 销售出库单 | 其他应收单"
    " | 标准应收单"
    " | 应收 | 客戶發票 | 銷貨 | 應收",
    "credit": "Credit Memo | Credit Note | Credit | CN | SC | DG | Sales Credit Note"
    " | Customer Credit Note | Refund | out_refund | ACCRECCREDIT | Gutschrift"
    " | Kundengutschrift | Rechnungskorrektur | Stornorechnung | Creditnota"
    " | Creditfactuur | Note de crédit | Avoir | Factura rectificativa"
    " | Nota de crédito"
    " | Nota di credito | 红字 | 红字发票 | 退款 | 客户退款 | 退货 | 贷项 | 贷项通知单"
    " | 客户贷项通知单 | 銷退 | 折讓 | 客戶貸記單",
    "payment": "Payment | Receipt | DZ | ZP | SR | SA | On Account | Advance"
    " | Prepayment | Customer Payment | Payment Entry | Zahlung | Anzahlung | Betaling"
    " | Paiement | Pago | Pagamento | 收款单 | 收款 | 预收 | 预收款",
    "payable": "Bill | Vendor Bill | ACCPAY | AP | Vendor | Supplier | Payable"
    " | Vendor Invoice | Purchase Invoice | in_invoice | in_refund"
    " | Vendor Credit Note | Lieferantenrechnung | Eingangsrechnung | Kreditor"
    " | Verbindlichkeit | 应付 | 应付单 | 供应商 | 供应商账单 | 采购发票 | 應付",
    "signed": "AB | Journal Entry | Journal | Clearing | entry | Ausgleich",
}

# How it stands
STATUS_WORDS = {
    "open": "Open | Pending | Invoiced | Disputed | Sent | Overdue"
    " | Awaiting Payment | AUTHORISED | Not Paid | Unpaid"
    " | Outstanding | Past Due | Late | Due | Posted | Current | not_paid | Offen"
    " | Nicht bezahlt | Überfällig | Fällig | Gebucht | Niet betaald | Openstaand"
    " | Non payées | Impayé | Non payé | Sin pagar | No pagadas | Non pagato"
    " | Não pago | Niezapłacone | 未払い | 未支付 | 未付款 | 未收款 | 未收 | 未付"
    " | 逾期"
    " | 已逾期 | 未结清 | 未核销 | 未到期 | 未支付 | N",
    "partly": "Partial | Partially Paid | Partly Paid | Part Paid | Teilzahlung"
    " | Teilweise bezahlt | Gedeeltelijk betaald | Partiellement réglé | Pagado parcial"
    " | Parcialmente pagada | 部分收款 | 部分已付 | 部分支付 | 部份已付 | 部分核销",
    "paid": "Paid | Fully Paid | Closed | Settled | Cleared | In Payment | in_payment"
    " | Bezahlt | In Zahlung | Ausgeglichen | Erledigt | Betaald | Payé | Pagado"
    " | Pagada"
    " | Pagato | Pago | Zapłacone | 支払済 | 已付 | 已付款 | 已支付 | 已收款 | 已结清"
    " | 结清"
    " | 已核销 | Y",
    "void": "Void | Voided | Cancelled | Canceled | Deleted | Draft | Reversed"
    " | Storniert"
    " | Entwurf | Geannuleerd | Annulé | Brouillon | Cancelado | Borrador | Annullato"
    " | Bozza | 已取消 | 作废 | 草稿 | 已作废 | 已冲销",
}

SIDE_WORDS = {
    "debit": "S | D | Dr | Debit | Soll | 借 | 借方 | 1",
    "credit": "H | C | Cr | Credit | Haben | 贷 | 貸 | 贷方 | 2",
}
FLAG_WORDS = {
    "yes": "yes | y | 1 | true | x | ja | j | oui | sí | si | sim | tak | 是 | √"
    " | open",
    "no": "no | n | 0 | false | nein | nee | non | nie | 否 | closed",
}

# A line that begins with one of these is the sum of others
TOTAL_WORDS = (
    "Total | Totals | Grand Total | Sub Total | Net Balance | Sum | Balance"
    " | Opening Balance | Closing Balance | Summe | Gesamt | Gesamtsumme"
    " | Zwischensumme"
    " | Saldo | Endsumme | Totaal | Subtotaal | Sous-total | Suma | Totale | Subtotale"
    " | Totais | Razem | 合计 | 小计 | 总计 | 本期合计 | 本月合计 | 本年累计 | 累计合计"
    " | 累计 | 期初余额 | 期末余额 | 合計 | 小計 | 總計 | 総計"
)

# How many of the currency a written one stands for
UNIT_WORDS = {
    1: "元 | 单位:元",
    1000: "千元 | 单位:千元 | TEUR | T€ | k€ | in thousands | thousands",
    10000: "万元 | 单位:万元 | 萬元",
}

# A sheet of limits: what it has beside customers and currencies
LIMIT_WORDS = {
    "limit": {
        "en": "New Credit Limit | New Limit | Credit Limit | Credit Limit Amount"
        " | Total Credit Limit | Credit Line | Limit | Amount",
        "de": "Neues Kreditlimit | Kreditlimit | Kreditlinie | Kreditrahmen | Limit"
        " | Betrag",
        "nl": "Kredietlimiet | Limiet | Bedrag",
        "fr": "Limite de crédit | Plafond de crédit | Encours autorisé | Plafond"
        " | Montant",
        "es": "Límite de crédito | Crédito máximo | Límite | Importe",
        "it": "Limite di credito | Fido | Importo",
        "pt": "Limite de crédito | Limite | Valor",
        "pl": "Limit kredytowy | Limit kredytu | Kwota",
        "ja": "与信限度額 | 与信額 | 与信枠 | 金額",
        "zh": "新信用额度 | 信用额度 | 授信额度 | 信用限额 | 额度 | 金额",
        "zh_Hant": "信用額度 | 授信額度 | 信用限額 | 額度 | 金額",
        "tables": "KLIMK | credit_limit",  # SAP, Odoo
    },
    "from": {
        "en": "Valid From | Effective From | Date From | From Date | From | Start Date"
        " | Effective Date | Start",
        "de": "Gültig ab | Gültig von | Ab | Von | Beginn",
        "nl": "Geldig vanaf | Vanaf | Van",
        "fr": "Valable du | À partir du | Date de début | Début | Du",
        "es": "Válido desde | Fecha de inicio | Desde",
        "it": "Valido dal | Data inizio | Dal",
        "pt": "Válido de | Data de início | Desde | De",
        "pl": "Ważny od | Od dnia | Od",
        "ja": "有効開始日 | 開始日",
        "zh": "生效日期 | 开始日期 | 起始日期 | 有效期自 | 自 | 起",
        "zh_Hant": "生效日期 | 開始日期 | 起始日期 | 自 | 起",
    },
    "until": {
        "en": "Valid Until | Valid To | Valid Through | Date To | To Date | Until | To"
        " | End Date | Expiry Date | Expiration Date | Expires | End",
        "de": "Gültig bis | Befristet bis | Bis | Ende",
        "nl": "Geldig tot | Tot en met | Tot",
        "fr": "Valable jusqu'au | Jusqu'au | Date de fin | Fin | Au",
        "es": "Válido hasta | Fecha de fin | Hasta",
        "it": "Valido fino al | Data fine | Al",
        "pt": "Válido até | Data de fim | Até",
        "pl": "Ważny do | Do dnia | Do",
        "ja": "有効終了日 | 有効期限 | 終了日",
        "zh": "失效日期 | 结束日期 | 截止日期 | 到期日期 | 到期日 | 有效期至 | 至 | 止",
        "zh_Hant": "失效日期 | 結束日期 | 截止日期 | 到期日 | 有效期至 | 至 | 止",
    },
    "reason": {
        "en": "Reason | Justification | Remarks | Remark | Comment | Notes | Note",
        "de": "Grund | Begründung | Bemerkung | Notiz",
        "nl": "Reden | Opmerking",
        "fr": "Motif | Raison | Commentaire | Remarque",
        "es": "Motivo | Observaciones | Comentario",
        "it": "Motivo | Note | Nota",
        "pt": "Motivo | Observações",
        "pl": "Powód | Uwagi",
        "ja": "理由 | 備考",
        "zh": "原因 | 理由 | 备注 | 说明",
        "zh_Hant": "原因 | 理由 | 備註 | 說明",
    },
}
