"""Ledgers as other systems write them. Rows are made up; headers are known from where
the test says: public code that reads such files, manuals, and Odoo's own source."""

from decimal import Decimal

import pytest
from ledgers import read, told

# name: (where the header is known from, file, rows, columns that are not used)
FILES = {
    "SAP FBL5N, grid": (
        "parsers of FBL5N exports",
        """
        Account;Assignment;Document Number;Document Type;Document Date;Posting Date;\
Net due date;Arrears after net due date;Amount in doc. curr.;Document currency;\
Amount in local currency;local currency;Text
        0010023;PO 7;1800001;RV;01/15/2024;01/15/2024;02/14/2024;136;200.00;EUR;\
220.00;USD;
        0010023;;1600001;DG;01/20/2024;01/20/2024;;;-50.00;EUR;-55.00;USD;
        0010024;;1800002;RV;01/31/2024;01/31/2024;03/01/2024;;80.00;USD;80.00;USD;
        ;;;;;;;;150.00;EUR;165.00;USD;
        ;;;;;;;;80.00;USD;80.00;USD;
        """,
        [("0010023", "1800001", "200.00"), ("0010023", "1600001", "-50.00"),
         ("0010024", "1800002", "80.00")],
    ),
    "SAP FBL5N, German": (
        "parsers of FBL5N exports",
        """
        Konto;Belegart;Referenz;Buchungsdatum;Belegdatum;Nettofälligkeit;\
Soll/Haben-Kennz.;Belegnummer;Ausgleichsdatum;Betrag in Hauswährung;Hauswährung
        4711;RV;X1;15.01.2024;15.01.2024;14.02.2024;S;90001;;1.234,56;USD
        4711;DG;X2;16.01.2024;16.01.2024;16.01.2024;H;90002;;34,56;USD
        4712;RV;X3;17.01.2024;17.01.2024;16.02.2024;S;90003;01.03.2024;10,00;USD
        Summe Debitor;;;;;;;;;1.279,12;USD
        """,
        [("4711", "90001", "1234.56"), ("4711", "90002", "-34.56"),
         ("4712", "90003", "0")],
    ),
    "HighRadius": (
        "public projects on such an extract",
        """
        business_code,cust_number,name_customer,clear_date,buisness_year,doc_id,\
posting_date,document_create_date,due_in_date,invoice_currency,document type,\
total_open_amount,baseline_create_date,cust_payment_terms,invoice_id,isOpen
        U001,200769623,SHOP co,2024-02-07 00:00:00,2024,1930438491,2024-01-15,20240115,\
20240210.0,USD,RV,100.5,20240115.0,NAH4,1930438491,0
        U001,200769623,SHOP llc,,2024,1930438492,2024-01-16,20240116,20240211.0,EUR,RV,\
20.25,20240116.0,NAH4,1930438492,1
        """,
        [("200769623", "1930438491", "0"), ("200769623", "1930438492", "20.25")],
    ),
    "SAP, list as text": (
        "a parser of such lists",
        """
        |Customer open items|
        -------------------------------------------------
        |Account|Document Number|Document Type|Document Date|Due Date|Currency|\
Amount in doc. curr.|
        -------------------------------------------------
        |4711|1800001|RV|15.01.2024|14.02.2024|EUR|1.234,56 |
        |4711|1600001|DG|15.01.2024|14.02.2024|EUR|34,56-|
        -------------------------------------------------
        |* 4711 |||||EUR|1.200,00 |
        |Account|Document Number|Document Type|Document Date|Due Date|Currency|\
Amount in doc. curr.|
        |4712|1800002|RV|15.01.2024|14.02.2024|EUR|10,00 |
        """,
        [("4711", "1800001", "1234.56"), ("4711", "1600001", "-34.56"),
         ("4712", "1800002", "10.00")],
    ),
    "SAP, tables": (
        "the vendor's tables",
        """
        KUNNR;BELNR;BUZEI;BLART;BLDAT;NETDT;WRBTR;WAERS;SHKZG;XBLNR;AUGDT
        0000004711;90001;1;RV;20240115;20240214;100.00;EUR;S;PO7;00000000
        0000004711;90001;2;RV;20240115;20240315;100.00;EUR;S;PO7;00000000
        0000004711;90002;1;DG;20240115;20240115;30.00;EUR;H;PO7;20240301
        """,
        [("0000004711", "90001", "100.00"), ("0000004711", "90001", "100.00"),
         ("0000004711", "90002", "0")],
    ),
    "DATEV OPOS": (
        "manuals of software that reads it",
        """
        Konto;Rechnungsnummer;Datum;Fälligkeit;Sollbetrag;Habenbetrag;Saldo;Gegenkonto
        10001;R1;15.01.2024;14.02.2024;1.000,00;300,00;700,00;8400
        10001;R2;20.01.2024;;;50,00;-50,00;8400
        10002;R3;31.01.2024;01.03.2024;20,00;;20,00;8400
        """,
        [("10001", "R1", "700.00"), ("10001", "R2", "-50.00"),
         ("10002", "R3", "20.00")],
    ),
    "German software": (
        "public code that reads such lists",
        """
        Rechnungsnummer;Kunde;Rechnungsdatum;Fälligkeitsdatum;Rechnungsbetrag;Bezahlt;\
Offener Betrag;Währung;Überfällig;Tage überfällig
        R1;Müller GmbH;15.01.24;14.02.24;1.234,56;1.000,00;234,56;EUR;Ja;100
        R2;Maier AG;15.01.24;14.02.24;10,00;10,00;0,00;EUR;Nein;0
        """,
        [("Müller GmbH", "R1", "234.56"), ("Maier AG", "R2", "0.00")],
    ),
    "QuickBooks Online, ageing detail": (
        "public code that reads the report",
        """
        ACME Inc
        A/R Aging Detail
        "As of Jun 30, 2024"

        ,Date,Transaction Type,Num,Customer,Due Date,Amount,Open Balance
        1 - 30 days past due
        ,05/31/2024,Invoice,1001,Corner Shop,06/15/2024,"1,284.50","$284.50"
        ,06/01/2024,Credit Memo,1002,Corner Shop,,"$(250.00)","$(250.00)"
        Total for 1 - 30 days past due,,,,,,"$1,034.50","$34.50"
        TOTAL,,,,,,"$1,034.50","$34.50"
        """,
        [("Corner Shop", "1001", "284.50"), ("Corner Shop", "1002", "-250.00")],
    ),
    "QuickBooks Online, by customer": (
        "public code that reads the report",
        """
        Customer,Transaction Type,Date,Document Number,P.O. No.,Due Date,Age,\
Open Balance
        C117 Corner Shop
        ,Invoice,01/15/2024,1001,PO-1,02/14/2024,137,284.50
        ,Invoice,01/20/2024,1002,,02/19/2024,132,15.50
        Total - C117 Corner Shop,,,,,,,300.00
        C118 Old Depot
        ,Invoice,01/20/2024,1003,,02/19/2024,132,7.00
        Total - C118 Old Depot,,,,,,,7.00
        """,
        [("C117 Corner Shop", "1001", "284.50"), ("C117 Corner Shop", "1002", "15.50"),
         ("C118 Old Depot", "1003", "7.00")],
    ),
    "QuickBooks Desktop, open invoices": (
        "public code that reads the report",
        """
        ,Type,Date,Num,P. O. #,Terms,Due Date,Aging,Open Balance
        Corner Shop
        ,Invoice,01/15/2024,1001,,Net 30,02/14/2024,137,284.50
        ,Payment,02/20/2024,,,,,,-100.00
        Total Corner Shop,,,,,,,,184.50
        TOTAL,,,,,,,,184.50
        """,
        [("Corner Shop", "1001", "284.50"),
         ("Corner Shop", "Payment 2024-02-20", "-100.00")],
    ),
    "Xero, aged receivables detail": (
        "public code and help of tools that read the report",
        """
        Aged Receivables Detail
        ACME Ltd
        As at 30 June 2024
        Ageing by due date

        Contact,Contact Account Number,Invoice Date,Due Date,Expected Date,\
Invoice Number,Invoice Reference,Current,< 1 Month,1 Month,Older,Total,Outstanding Tax

        Corner Shop,C1,15 Jan 2024,14 Feb 2024,,INV-1,PO 7,,,,284.50,284.50,0
        Corner Shop,C1,20 Jan 2024,,,CN-1,,,,,-84.50,-84.50,0
        Total Corner Shop,,,,,,,,,,200.00,200.00,0
        Total,,,,,,,,,,300.00,300.00,0
        """,
        [("C1", "INV-1", "284.50"), ("C1", "CN-1", "-84.50")],
    ),
    "Xero, invoices": (
        "documentation of a tool that reads it",
        """
        ContactName,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,TaxTotal,\
InvoiceAmountPaid,InvoiceAmountDue,Description,LineAmount,Currency,Status
        Corner Shop,INV-1,PO 7,31/01/2024,01/03/2024,100.00,10.00,40.00,60.00,Nails,\
50.00,USD,Awaiting Payment
        Corner Shop,INV-1,PO 7,31/01/2024,01/03/2024,100.00,10.00,40.00,60.00,Screws,\
50.00,USD,Awaiting Payment
        Corner Shop,INV-2,,31/01/2024,01/03/2024,70.00,7.00,0.00,0.00,Nails,70.00,USD,\
Voided
        """,
        [("Corner Shop", "INV-1", "60.00")],
    ),
    "Dynamics BC": (
        "vendor's documentation of the table",
        """
        Posting Date,Document Date,Document Type,Document No.,External Document No.,\
Customer No.,Customer Name,Currency Code,Original Amount,Remaining Amount,\
Remaining Amt. (LCY),Due Date,Open,Closed at Date,Entry No.
        2024-01-15,2024-01-15,Invoice,103001,PO 7,10000,Corner Shop,,100.00,60.00,\
60.00,2024-02-14,Yes,,1
        2024-01-16,2024-01-16,Invoice,103002,,10000,Corner Shop,EUR,100.00,100.00,\
110.00,2024-02-15,Yes,,2
        2024-01-17,2024-01-17,Payment,2596,,10000,Corner Shop,,-40.00,0.00,0.00,\
2024-01-17,No,2024-01-17,3
        2024-01-18,2024-01-18,Invoice,103003,,20000,Depot,,30.00,0.00,0.00,2024-02-17,\
No,2024-02-20,4
        """,
        [("10000", "103001", "60.00"), ("10000", "103002", "100.00"),
         ("20000", "103003", "0")],
    ),
    "Dynamics BC, German": (
        "vendor's documentation in German",
        """
        Buchungsdatum;Belegdatum;Belegart;Belegnr.;Externe Belegnummer;Debitorennr.;\
Währungscode;Betrag;Restbetrag;Betrag (MW);Restbetrag (MW);Fälligkeitsdatum;Offen
        15.01.2024;15.01.2024;Rechnung;103001;PO 7;10000;;100,00;60,00;100,00;60,00;\
14.02.2024;Ja
        16.01.2024;16.01.2024;Gutschrift;104001;;10000;EUR;-50,00;-50,00;-55,00;-55,00;\
15.02.2024;Ja
        """,
        [("10000", "103001", "60.00"), ("10000", "104001", "-50.00")],
    ),
    "Odoo, invoices": (
        "labels of the fields in Odoo's source",
        """
        Number,Invoice Partner Display Name,Invoice/Bill Date,Due Date,Reference,\
Untaxed Amount Signed Currency,Total in Currency Signed,Amount Due Signed,Currency,\
Status In Payment
        INV/2024/00001,Corner Shop,2024-01-15,2024-02-14,PO 7,90.00,100.00,60.00,USD,\
Partially Paid
        RINV/2024/00001,Corner Shop,2024-01-16,2024-01-16,,-9.00,-10.00,-10.00,USD,\
Not Paid
        /,Corner Shop,2024-01-16,2024-01-16,,9.00,10.00,10.00,USD,Draft
        """,
        [("Corner Shop", "INV/2024/00001", "60.00"),
         ("Corner Shop", "RINV/2024/00001", "-10.00")],
    ),
    "Odoo, invoices, technical": (
        "names of the fields in Odoo's source",
        """
        id,name,invoice_partner_display_name,invoice_date,invoice_date_due,\
amount_total_in_currency_signed,amount_residual_signed
        __export__.account_move_1,INV/2024/00001,Corner Shop,2024-01-15,2024-02-14,\
100.00,60.00
        """,
        [("Corner Shop", "INV/2024/00001", "60.00")],
    ),
    "Odoo, invoices, German": (
        "Odoo's translations",
        """
        Nummer,Anzeigename des Rechnungspartners,Ein-/Ausgangsrechnungsdatum,\
Fälligkeitsdatum,Referenz,Insgesamt in Währung unterzeichnet,\
Fälliger Betrag unterzeichnet,Zahlungsstatus
        R/1,Eckladen,2024-01-15,2024-02-14,PO 7,100.00,60.00,Teilweise bezahlt
        """,
        [("Eckladen", "R/1", "60.00")],
    ),
    "Odoo, invoices, Chinese": (
        "Odoo's translations",
        """
        数量,发票合作伙伴显示名称,发票/账单日期,到期日期,参考,已签字的外币总计,\
已签字的到期金额,付款状态
        INV/1,街角商店,2024-01-15,2024-02-14,PO 7,100.00,60.00,部分支付
        """,
        [("街角商店", "INV/1", "60.00")],
    ),
    "Odoo, journal items": (
        "labels of the fields in Odoo's source",
        """
        Journal Entry,Account,Partner,Reference,Label,In Currency,Currency,Debit,\
Credit,Due Date,Balance,Matching,Residual,Residual in Currency,Date
        INV/1,121000 Receivable,Corner Shop,,1,50.00,USD,50.00,0.00,2024-02-14,50.00,,\
50.00,50.00,2024-01-15
        INV/1,121000 Receivable,Corner Shop,,2,50.00,USD,50.00,0.00,2024-03-14,50.00,,\
20.00,20.00,2024-01-15
        """,
        [("Corner Shop", "INV/1", "50.00"), ("Corner Shop", "INV/1", "20.00")],
    ),
    "ERPNext": (
        "accounts_receivable.py of ERPNext",
        """
        Posting Date,Party Type,Party,Receivable Account,Customer Name,Voucher Type,\
Voucher No,Due Date,Invoiced Amount,Paid Amount,Credit Note,Outstanding Amount,\
Age (Days),0-30,31-60,121-Above,Currency,Customer LPO
        2024-01-15,Customer,CUST-1,Debtors - A,Corner Shop,Sales Invoice,SINV-1,\
2024-02-14,100.00,30.00,10.00,60.00,137,0,0,60.00,USD,PO 7
        Total,,,,,,,,100.00,30.00,10.00,60.00,,0,0,60.00,,
        """,
        [("CUST-1", "SINV-1", "60.00")],
    ),
    "Tally, bills receivable": (
        "public code and the vendor's help",
        """
        ACME Traders
        Bills Receivable
        1-Apr-23 to 30-Jun-24
        Date,Ref. No.,Party's Name,Opening,Pending,Due on,Overdue
        ,,,Amount,Amount,,by days
        1-Apr-23,B1,Corner Shop,"12,34,567.50 Dr","2,34,567.50 Dr",1-May-23,426
        2-Apr-23,B2,Old Depot,"1,000.00 Cr","1,000.00 Cr",,
        """,
        [("Corner Shop", "B1", "234567.50"), ("Old Depot", "B2", "-1000.00")],
    ),
    "Zoho Books": (
        "public code that reads Invoice.csv",
        """
        Invoice Date,Invoice ID,Invoice Number,Invoice Status,Customer ID,\
Customer Name,Customer Number,Due Date,Last Payment Date,PurchaseOrder,Currency Code,\
Exchange Rate,SubTotal,Total,Balance,Item Name,Quantity,Item Price
        2024-01-15,4600000000123,INV-1,Overdue,4600000000001,Corner Shop,C1,2024-02-14,\
2024-03-01,PO 7,USD,1.0,90.00,100.00,60.00,Nails,2,25.00
        2024-01-15,4600000000123,INV-1,Overdue,4600000000001,Corner Shop,C1,2024-02-14,\
2024-03-01,PO 7,USD,1.0,90.00,100.00,60.00,Screws,2,25.00
        2024-01-16,4600000000124,INV-2,Closed,4600000000001,Corner Shop,C1,2024-02-15,\
2024-02-20,,USD,1.0,9.00,10.00,0.00,Nails,2,5.00
        """,
        [("C1", "INV-1", "60.00"), ("C1", "INV-2", "0")],
    ),
    "Kingdee, ageing": (
        "the vendor's description of the report",
        """
        往来单位编码,往来单位名称,单据编号,业务日期,到期日,尚未收款金额(本位币),\
尚未收款金额(原币),币别,币别(本位币),销售员,单据类型
        K1,街角商店,AR1,2024/1/15,2024/2/14,110.00,100.00,EUR,USD,李,应收单
        K1,街角商店,AR2,2024/1/16,2024/2/15,-20.00,-20.00,USD,USD,李,应收单
        合计,,,,,90.00,,,,,
        """,
        [("K1", "AR1", "100.00"), ("K1", "AR2", "-20.00")],
    ),
    "Kingdee, running account": (
        "the vendor's description of the report",
        """
        单据类型,单据编号,单据日期,往来单位编码,往来单位名称,币别（原币）,本期应收,本期收款,期末余额,\
摘要,到期日
        ,,,K1,街角商店,USD,,,0.00,期初余额,
        应收单,AR1,2024-01-15,K1,街角商店,USD,100.00,,100.00,,2024-02-14
        收款单,SK1,2024-01-20,K1,街角商店,USD,,40.00,60.00,,
        ,,,K1,街角商店,USD,100.00,40.00,60.00,本期合计,
        """,
        [("K1", "AR1", "100.00"), ("K1", "SK1", "-40.00")],
    ),
    "Chinese sheet": (
        "words in public code; the form of the sheet is usual",
        """
        应收账款明细表
        单位：万元,,,制表日期：2024-06-30
        序号,客户编码,客户名称,发票号码,开票日期,账期,到期日,币种,应收金额,已收金额,未收金额,逾期天数,\
收款状态,业务员,备注
        1,C1,街角商店,F1,2024年1月15日,30,2024.2.14,人民币,1.5,0.5,1,137,部分收款,李,
        2,C2,老仓库,F2,2024/1/16,30,2024/2/15,人民币,2,2,0,0,已结清,李,
        合计,,,,,,,,3.5,2.5,1,,,,
        """,
        [("C1", "F1", "10000"), ("C2", "F2", "0")],
    ),
    "Taiwan": (
        "words in public code",
        """
        客戶編號,客戶名稱,發票號碼,帳款日期,到期日,應收金額,已收金額,未收金額,狀態
        C1,街角商店,F1,113/01/15,113/02/14,"NT$ 1,234.00",NT$ 234.00,"NT$ 1,000.00",未付
        """,
        [("C1", "F1", "1000.00")],
    ),
    "e-Boekhouden": (
        "public code that reads open items",
        """
        MutDatum;MutFactuur;RelCode;RelBedrijf;Bedrag;Voldaan;Openstaand;Vervaldatum
        15-01-2024;F1;R1;Hoekwinkel;100,00;40,00;60,00;14-02-2024
        """,
        [("R1", "F1", "60.00")],
    ),
    "Exact": (
        "public code that reads open items",
        """
        AccountCode;AccountName;InvoiceNumber;InvoiceDate;DueDate;AmountDC;IsFullyPaid
        R1;Hoekwinkel;F1;15-01-2024;14-02-2024;100,00;false
        R1;Hoekwinkel;F2;15-01-2024;14-02-2024;50,00;true
        """,
        [("R1", "F1", "100.00"), ("R1", "F2", "0")],
    ),
    "French": (
        "Odoo's translations",
        """
        Numéro;Partenaire;Date de facturation;Échéance;Montant;Montant dû;Devise
        F1;Café du coin;15/01/2024;14/02/2024;1 234,56;234,56;EUR
        """,
        [("Café du coin", "F1", "234.56")],
    ),
    "Spanish": (
        "Odoo's translations",
        """
        Número;Empresa;Fecha de factura;Fecha de vencimiento;Importe;Importe adeudado
        F1;La esquina;15/01/2024;14/02/2024;1.234,56;234,56
        """,
        [("La esquina", "F1", "234.56")],
    ),
    "Italian": (
        "Odoo's translations",
        """
        Numero;Cliente;Data fattura;Scadenza;Totale;Importo residuo;Valuta
        F1;Bottega;15/01/2024;14/02/2024;1.234,56;234,56;EUR
        """,
        [("Bottega", "F1", "234.56")],
    ),
    "Portuguese": (
        "Odoo's translations",
        """
        Número;Parceiro;Data da Fatura;Data de Vencimento;Total;Valor Residual;Moeda
        F1;Loja da esquina;15/01/2024;14/02/2024;1.234,56;234,56;EUR
        """,
        [("Loja da esquina", "F1", "234.56")],
    ),
    "Polish": (
        "Odoo's translations",
        """
        Numer;Kontrahent;Data faktury;Termin płatności;Razem;Kwota pozostała;Waluta
        F1;Sklep;15.01.2024;14.02.2024;1234,56;234,56;EUR
        """,
        [("Sklep", "F1", "234.56")],
    ),
    "Japanese": (
        "Odoo's translations",
        """
        番号,取引先,請求日,支払期日,合計,残額,通貨
        F1,角の店,2024年1月15日,2024年2月14日,1234.00,234.00,USD
        """,
        [("角の店", "F1", "234.00")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rows"), [each[1:] for each in FILES.values()], ids=list(FILES)
)
def test_a_file_of_another_system_is_read(text, rows):
    found = read(text, order="mdy" if "SAP" in text or "As of" in text else None)
    assert not found.problems
    assert not found.questions
    assert told(found) == [(*who, Decimal(left)) for *who, left in rows]


@pytest.mark.parametrize("name", FILES)
def test_totals_of_these_files_fit(name):
    found = read(FILES[name][1])
    lines = {"Xero, aged receivables detail": ["Total"]}.get(name, [])
    assert [misfit.label for misfit in found.misfits] == lines
    if lines:  # prepayments are missing there
        assert {m.found for m in found.misfits} == {Decimal("200.00")}
